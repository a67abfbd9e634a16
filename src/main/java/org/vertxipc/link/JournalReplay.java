package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.journal.JournalDirectory;
import org.vertxipc.journal.JournalReader;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** Replays a journal into the event bus, and follows it. */
final class JournalReplay {
  private static final Logger log = LoggerFactory.getLogger(JournalReplay.class);

  /** Header: the position of the record. */
  private static final String POSITION = "ipc-position";

  /** Header: when it was recorded, in milliseconds since the epoch. */
  private static final String TIME = "ipc-time";

  // Records per turn of the event loop, so that others have their turn.
  private static final int MAX_RECORDS = 256;

  private final ContextInternal context;
  private final Intake intake = new Intake();
  private final Delivery delivery;
  private final JournalLinkOptions options;
  private final Codec codec;
  private final boolean recordedPace;
  private final JournalDirectory directory;
  private final LinkEvents events;
  private final JournalReader.RecordHandler records = this::onRecord;
  private final Runnable again;
  private JournalReader reader;
  private long timer = -1;
  private boolean turning;
  private boolean queued;
  private boolean stopped;
  // How far the replay is behind the recording, at its pace.
  private long delay = Long.MIN_VALUE;

  JournalReplay(
      ContextInternal context, Reactor reactor, JournalLinkOptions options, LinkEvents events) {
    this.context = context;
    this.options = options;
    this.codec = Constants.of(Codec.class, options.getCodec());
    this.recordedPace = options.getPace().equals("recorded");
    this.directory = new JournalDirectory(Path.of(options.getDirectory()));
    this.events = events;
    this.delivery =
        new Delivery(context, options, events, stop -> intake.set(Intake.Reason.UNHEARD, stop));
    this.again =
        reactor.perTurn(
            () -> {
              queued = false;
              turn();
            });
  }

  Future<Void> start() {
    return context
        .executeBlocking(this::open, false)
        .map(
            opened -> {
              reader = opened;
              events.tell("replaying", new JsonObject().put("position", reader.position()));
              intake.source(this::onStopped);
              return null;
            });
  }

  private JournalReader open() throws IOException {
    String from = options.getFrom();
    return Character.isDigit(from.charAt(0))
        ? JournalReader.open(directory, JournalReader.Start.POSITION, Long.parseLong(from))
        : JournalReader.open(directory, Constants.of(JournalReader.Start.class, from), 0);
  }

  private void enqueue() {
    if (!queued && !stopped && !turning) {
      queued = true;
      again.run();
    }
  }

  private void turn() {
    if (stopped || intake.isStopped() || turning) {
      return;
    }
    try {
      replay();
    } catch (IOException e) {
      events.warn("failed", new JsonObject().put("reason", e.getMessage()));
    }
  }

  private void replay() throws IOException {
    int count = reader.poll(records, due() ? MAX_RECORDS : 0);
    if (stopped || intake.isStopped()) {
      return;
    }
    if (reader.isAtEndOfFile()) {
      nextFile();
    } else if (count == MAX_RECORDS) {
      enqueue();
    } else {
      long next = reader.nextTime();
      if (next >= 0 && due()) {
        enqueue(); // A record has arrived since the poll.
        return;
      }
      lookLater(next < 0 ? options.getPollMillis() : next + delay - System.currentTimeMillis());
    }
  }

  private void lookLater(long millis) {
    if (timer >= 0) {
      return;
    }
    timer =
        context
            .owner()
            .setTimer(
                Math.max(1, millis),
                id -> {
                  timer = -1;
                  context.dispatch(this::turn);
                });
  }

  /** Returns whether the next record is due by now. */
  private boolean due() throws IOException {
    if (!recordedPace) {
      return true;
    }
    long time = reader.nextTime();
    long now = System.currentTimeMillis();
    if (time >= 0 && delay == Long.MIN_VALUE) {
      delay = now - time;
    }
    return time < 0 || time + delay <= now;
  }

  private boolean onRecord(long position, long time, ByteBuffer buffer, int at, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    buffer.get(at, bytes);
    events.counts().onReceived(length);
    try {
      Object body = codec.decode(Buffer.buffer(bytes));
      DeliveryOptions with =
          new DeliveryOptions()
              .addHeader(POSITION, Long.toString(position))
              .addHeader(TIME, Long.toString(time));
      delivery.deliver(body, with, length);
    } catch (BadMessageException e) {
      events.warn(
          "bad-input",
          new JsonObject()
              .put("reason", e.getMessage())
              .put("text", e.excerpt())
              .put("position", position));
    }
    return !intake.isStopped() && !stopped && due();
  }

  private void nextFile() {
    turning = true;
    long before = reader.skipped();
    context
        .executeBlocking(
            () -> {
              reader.next();
              return null;
            },
            false)
        .onComplete(
            done -> {
              turning = false;
              if (stopped) {
                close();
              } else if (done.failed()) {
                events.warn("failed", new JsonObject().put("reason", done.cause().getMessage()));
              } else {
                if (reader.skipped() > before) {
                  events.warn("gap", new JsonObject().put("bytes", reader.skipped() - before));
                }
                enqueue();
              }
            });
  }

  void setPaused(boolean paused) {
    intake.set(Intake.Reason.PAUSED, paused);
  }

  private void onStopped(boolean stop) {
    if (!stop) {
      // The pace of the recording continues from here.
      delay = Long.MIN_VALUE;
      enqueue();
    }
  }

  Future<Void> stop() {
    if (!stopped) {
      stopped = true;
      // What has waited for somebody is in the journal.
      delivery.close();
      if (timer >= 0) {
        context.owner().cancelTimer(timer);
      }
      if (!turning) {
        close();
      }
    }
    return context.succeededFuture();
  }

  private void close() {
    if (reader != null) {
      try {
        reader.close();
      } catch (PosixException e) {
        log.warn("Closing the journal in " + directory + " reported an error", e);
      }
    }
  }
}
