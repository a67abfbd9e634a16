package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * FIFOs that programs write to and read from, see {@code fifo(7)}. The FIFO that they read is
 * opened for reading and writing, so that nothing written is lost when no reader is there; the one
 * that they write has a reading end of its own, which sees when the last writer goes: what that has
 * left without an end is not taken for the start of what another writes.
 */
final class FifoLink extends NamedLink<Integer> {
  private static final Logger log = LoggerFactory.getLogger(FifoLink.class);

  private final FifoLinkOptions options;
  private ByteSource source;
  private ByteSink sink;
  private FifoRest rest;
  // Set on a worker thread, before anything else happens.
  private volatile FifoClaim claim;

  FifoLink(ContextInternal context, Reactor reactor, FifoLinkOptions options, LinkEvents events) {
    super(context, reactor, options, events, false, Posix.O_RDWR);
    this.options = options;
  }

  @Override
  Integer make(String name, int access, int mode) throws IOException {
    Path path = Path.of(name);
    Posix.mkfifo(path, mode);
    try {
      return find(name, access);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(path);
      throw e;
    }
  }

  @Override
  Integer find(String name, int access) throws IOException {
    Path path = Path.of(name);
    int fd = Posix.open(path, access, 0);
    try {
      FileStatus status = Posix.fstat(fd);
      if (!status.isFifo()) {
        throw new IOException(path + " is " + status.typeName() + ", expected a FIFO");
      }
      if (access == Posix.O_RDONLY) {
        claim = FifoClaim.ofReader(path);
      } else {
        FifoClaim.asWriter(fd, path);
      }
      return fd;
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }

  @Override
  void discard(Integer fd) {
    Cleanup.close(fd);
  }

  @Override
  void read(Integer fd) throws IOException {
    source = ByteSource.ofStreams(reactor, fd, new Input());
    exchange.intake().source(source::setPaused);
  }

  @Override
  void write(Integer fd) throws IOException {
    sink = ByteSink.ofShared(reactor, fd, this);
    exchange.outlet(sink);
  }

  @Override
  long unread(boolean last) {
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

  @Override
  void close() {
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
    if (claim != null) {
      claim.close();
      claim = null;
    }
  }

  @Override
  void remove(String name) {
    FifoClaim.remove(Path.of(name));
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
}
