package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.vertxipc.bridge.Failures;
import org.vertxipc.journal.JournalDirectory;
import org.vertxipc.journal.JournalFile;
import org.vertxipc.journal.JournalWriter;
import org.vertxipc.options.JournalLinkOptions;

/**
 * Appends messages to a journal. A request is answered with the position of its record, when that
 * is as durable as the configuration asks for. The next file is made on a worker thread while the
 * current one fills; messages that arrive before it is ready wait.
 */
final class JournalRecorder {
  private static final Logger log = LoggerFactory.getLogger(JournalRecorder.class);
  private static final double PREPARE_AT = 0.5;
  // The wait after the disk has failed or was full.
  private static final long RETRY_MILLIS = 1_000;

  private final ContextInternal context;
  private final JournalLinkOptions options;
  private final Durability durability;
  private final Codec codec;
  private final JournalDirectory directory;
  private final LinkEvents events;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private MessageConsumer<Object> consumer;
  private JournalWriter writer;
  private JournalFile next;
  private boolean preparing;
  // How many syncs or preparations run, which use the writer on another thread.
  private int busy;
  private long waitingBytes;
  private boolean lastSync;
  private Promise<Void> stopped;

  private record Waiting(Message<Object> message, Buffer bytes, long time) {}

  JournalRecorder(ContextInternal context, JournalLinkOptions options, LinkEvents events) {
    this.context = context;
    this.options = options;
    this.codec = Constants.of(Codec.class, options.getCodec());
    this.directory = new JournalDirectory(Path.of(options.getDirectory()));
    this.events = events;
    events.counts().waiting(() -> waitingBytes);
    this.durability = new Durability(context, options, this::inBackground, this::writeOut);
  }

  private Void writeOut() throws IOException {
    writer.sync();
    return null;
  }

  Future<Void> start() {
    return context
        .executeBlocking(() -> JournalWriter.open(directory, options.getFileBytes()), false)
        .compose(
            opened -> {
              writer = opened;
              JsonObject details = new JsonObject().put("position", writer.position());
              if (writer.wasCut()) {
                events.warn("torn", details);
              }
              events.tell("recording", details);
              durability.start();
              prepareNext();
              consumer = context.owner().eventBus().consumer(options.getSend());
              consumer.handler(this::onMessage);
              return consumer.completion();
            });
  }

  private void onMessage(Message<Object> message) {
    Buffer bytes;
    try {
      bytes = codec.encode(message.body());
    } catch (IllegalArgumentException e) {
      events.refuse(message, Failures.CODEC, "A message can't be recorded: " + e.getMessage());
      return;
    }
    int max = Math.min(options.getMaxMessageBytes(), writer.maxPayload());
    if (bytes.length() < 1 || bytes.length() > max) {
      events.refuse(
          message,
          Failures.TOO_LARGE,
          "A message of " + bytes.length() + " bytes can't be recorded, expected 1 to " + max);
      return;
    }
    long time = System.currentTimeMillis();
    if (!waiting.isEmpty() || !append(message, bytes, time)) {
      if (waitingBytes > 0 && waitingBytes + bytes.length() > options.getSendQueueBytes()) {
        events.refuse(
            message, Failures.QUEUE_FULL, "Too much waits for the next file of the journal");
        return;
      }
      waiting.add(new Waiting(message, bytes, time));
      waitingBytes += bytes.length();
    }
  }

  /** Appends a message; returns false when it has to wait for the next file. */
  private boolean append(Message<Object> message, Buffer bytes, long time) {
    try {
      return tryAppend(message, bytes, time);
    } catch (IOException e) {
      events.refuse(message, Failures.LINK_DOWN, "The journal can't be written: " + e.getMessage());
      return true;
    }
  }

  private boolean tryAppend(Message<Object> message, Buffer bytes, long time) throws IOException {
    long position = writer.append(ByteBuffer.wrap(bytes.getBytes()), 0, bytes.length(), time);
    if (position == JournalWriter.NEXT_FILE) {
      // This must not run while a worker thread uses the file, nor before the data is as durable as
      // configured.
      if (busy == 0 && durability.isOpen()) {
        durability.sync();
      }
      if (busy > 0 || next == null) {
        prepareNext();
        return false;
      }
      rotate();
      position = writer.append(ByteBuffer.wrap(bytes.getBytes()), 0, bytes.length(), time);
    }
    long recorded = position;
    events.counts().onSent(bytes.length());
    durability.onRecord();
    if (message.replyAddress() != null) {
      durability.whenSafe(() -> message.reply(recorded));
    }
    if (writer.fill() >= PREPARE_AT) {
      prepareNext();
    }
    return true;
  }

  private void rotate() {
    JournalFile fresh = next;
    next = null;
    try {
      writer.rotate(fresh);
      events.tell("rotated", new JsonObject().put("position", writer.position()));
    } catch (IOException e) {
      throw new IllegalStateException("The journal in " + directory + " can't be continued", e);
    }
    if (options.getRetainFiles() > 0) {
      inBackground(
          () -> {
            directory.retain(options.getRetainFiles());
            return null;
          },
          done -> {},
          () -> {});
    }
  }

  private void prepareNext() {
    if (next == null && !preparing && stopped == null) {
      preparing = true;
      long base = writer.nextBase();
      inBackground(
          () -> writer.prepare(base),
          made -> {
            preparing = false;
            next = (JournalFile) made;
            drain();
          },
          () -> preparing = false);
    }
  }

  /**
   * Runs work that blocks on the disk; a failure is reported, and the waiting messages are tried
   * again later.
   */
  private void inBackground(Callable<?> task, Consumer<Object> then, Runnable failed) {
    busy++;
    context
        .executeBlocking(task, true)
        .onComplete(
            result -> {
              busy--;
              if (result.failed()) {
                failed.run();
                onFailure(result.cause());
              } else {
                then.accept(result.result());
                drain();
              }
              if (stopped != null) {
                finish();
              }
            });
  }

  private void onFailure(Throwable cause) {
    events.warn("failed", new JsonObject().put("reason", cause.getMessage()));
    context
        .owner()
        .setTimer(
            RETRY_MILLIS,
            id ->
                context.dispatch(
                    () -> {
                      if (stopped == null) {
                        durability.sync();
                        drain();
                      }
                    }));
  }

  private void drain() {
    while (!waiting.isEmpty()) {
      Waiting first = waiting.peek();
      if (!append(first.message, first.bytes, first.time)) {
        return;
      }
      waiting.poll();
      waitingBytes -= first.bytes.length();
    }
  }

  Future<Void> stop() {
    if (stopped == null) {
      stopped = context.promise();
      if (consumer != null) {
        consumer.unregister();
      }
      durability.stop();
      finish();
    }
    return stopped.future();
  }

  private void finish() {
    if (busy > 0 || stopped.future().isComplete()) {
      return;
    }
    if (durability.isOpen() && !lastSync) {
      lastSync = true;
      durability.sync();
      return;
    }
    if (!waiting.isEmpty()) {
      events.warn("lost", new JsonObject().put("messages", waiting.size()));
    }
    context
        .executeBlocking(
            () -> {
              if (next != null) {
                writer.discard(next);
              }
              if (writer != null) {
                writer.close();
              }
              return null;
            },
            false)
        .onComplete(
            done -> {
              if (done.failed()) {
                log.warn(
                    "Closing the journal in " + directory + " reported an error", done.cause());
              }
              stopped.tryComplete();
            });
  }
}
