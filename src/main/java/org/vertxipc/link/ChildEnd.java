package org.vertxipc.link;

import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.function.Consumer;
import org.vertxipc.posix.ChildProcess;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * Looks for the end of a child: when the kernel reports it, or, where the kernel gives no
 * descriptor that does, at short intervals. One thread only.
 */
final class ChildEnd {
  private static final long LOOK_MILLIS = 25;

  private final ContextInternal context;
  private final Reactor.Watch watch;
  private final long timer;

  /**
   * Starts looking.
   *
   * @param refused is told why the kernel gives no descriptor
   * @param look is called when the child has ended, and perhaps before
   */
  ChildEnd(
      ContextInternal context,
      Reactor reactor,
      ChildProcess process,
      Consumer<PosixException> refused,
      Runnable look)
      throws IOException {
    this.context = context;
    int fd = -1;
    try {
      fd = process.endFd();
    } catch (PosixException e) {
      refused.accept(e);
    }
    if (fd >= 0) {
      this.timer = -1;
      this.watch = reactor.watch(fd, (readable, writable, hangup) -> look.run());
      watch.interest(true, false);
    } else {
      this.watch = null;
      this.timer = context.owner().setPeriodic(LOOK_MILLIS, id -> look.run());
    }
  }

  void close() {
    if (watch == null) {
      context.owner().cancelTimer(timer);
    } else {
      watch.close();
    }
  }
}
