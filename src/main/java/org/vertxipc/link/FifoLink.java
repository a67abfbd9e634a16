package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * FIFOs that programs write to and read from, see {@code fifo(7)}. Programs come and go. The FIFO
 * that they read is opened for reading and writing, so that nothing written is lost when no reader
 * is there; the one that they write has a reading end of its own, which sees when the last writer
 * goes: what that has left without an end is not taken for the start of what another writes.
 */
final class FifoLink implements Link {
  private static final Logger log = LoggerFactory.getLogger(FifoLink.class);

  private final ContextInternal context;
  private final Reactor reactor;
  private final FifoLinkOptions options;
  private final LinkEvents events;
  private final Exchange exchange;
  private final List<Path> made = new ArrayList<>();
  private ByteSource source;
  private ByteSink sink;
  private FifoRest rest;

  FifoLink(ContextInternal context, Reactor reactor, FifoLinkOptions options) {
    this.context = context;
    this.reactor = reactor;
    this.options = options;
    this.events =
        new LinkEvents(context.owner().eventBus(), options.getName(), options.getEvents());
    this.exchange = new Exchange(context, reactor, options, events, null);
  }

  @Override
  public Future<Void> start() {
    return context
        .executeBlocking(
            () -> {
              int read = open(options.getRead(), Posix.O_RDONLY);
              try {
                return new int[] {read, open(options.getWrite(), Posix.O_RDWR)};
              } catch (IOException e) {
                if (read >= 0) {
                  Posix.close(read);
                }
                throw e;
              }
            },
            false)
        .compose(
            fds -> {
              try {
                watch(fds[0], fds[1]);
                return exchange.open();
              } catch (IOException e) {
                return context.failedFuture(e);
              }
            })
        .recover(e -> stop().transform(stopped -> Future.failedFuture(e)));
  }

  /** Opens a FIFO; returns -1 when none is configured. */
  private int open(String name, int access) throws IOException {
    if (name == null) {
      return -1;
    }
    Path path = Path.of(name);
    if (options.isCreate()) {
      try {
        Posix.mkfifo(path, Integer.parseInt(options.getMode(), 8));
        made.add(path);
      } catch (PosixException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
    int fd = Posix.open(path, access, 0);
    FileStatus status = Posix.fstat(fd);
    if (!status.isFifo()) {
      Posix.close(fd);
      throw new IOException(path + " is " + status.typeName() + ", expected a FIFO");
    }
    return fd;
  }

  private void watch(int read, int write) throws IOException {
    try {
      if (read >= 0) {
        source = ByteSource.ofStreams(reactor, read, new Input());
        exchange.intake().source(source::setPaused);
      }
    } catch (IOException e) {
      if (write >= 0) {
        Cleanup.close(write);
      }
      throw e;
    }
    if (write >= 0) {
      sink = ByteSink.ofShared(reactor, write, new Output());
      exchange.outlet(sink);
    }
  }

  @Override
  public void setPaused(boolean paused) {
    exchange.intake().set(Intake.Reason.PAUSED, paused);
  }

  @Override
  public Future<Void> stop() {
    exchange.stopTaking();
    return LinkDrain.await(context, this::unread, options.getCloseMillis(), events)
        .compose(
            v -> {
              exchange.close();
              if (source != null) {
                source.close();
              }
              if (sink != null) {
                sink.close();
              }
              if (rest != null) {
                rest.close();
                rest = null;
              }
              return context.executeBlocking(
                  () -> {
                    made.forEach(Cleanup::unlink);
                    made.clear();
                    return null;
                  },
                  false);
            });
  }

  /** Returns how many bytes would be lost if the link were closed now. */
  private long unread(boolean last) {
    Outlet outlet = exchange.outlet();
    long queued = outlet == null ? 0 : outlet.queued();
    try {
      if (rest == null && outlet != null && (queued == 0 || last)) {
        rest = FifoRest.of(sink);
      }
      return rest == null ? queued : queued + rest.bytes();
    } catch (PosixException e) {
      log.warn("Link '" + options.getName() + "': can't tell what nobody has read", e);
      return queued;
    }
  }

  private final class Input implements ByteSource.Handler {
    private final Framing framing = exchange.framing(options.isKeepCarriageReturn());

    @Override
    public void onBytes(Buffer bytes) {
      framing.feed(bytes, exchange);
    }

    @Override
    public void onStreamEnd() {
      framing.end(exchange);
    }

    @Override
    public void onEnd(IOException failure) {
      events.warn("failed", new JsonObject().put("reason", failure.getMessage()));
    }
  }

  private final class Output implements ByteSink.Handler {
    @Override
    public void onRoom() {
      exchange.onRoom();
    }

    @Override
    public void onBroken(PosixException cause) {
      exchange.outlet(null);
      String reason = cause == null ? "hung up" : cause.getMessage();
      events.warn("failed", new JsonObject().put("reason", reason));
    }
  }
}
