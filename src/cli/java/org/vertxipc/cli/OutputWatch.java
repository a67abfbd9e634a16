package org.vertxipc.cli;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.UncheckedIOException;

/**
 * Tells when the reader of standard output has left, also while there is nothing to write. It waits
 * on a loop of its own, so that a busy loop of Vert.x does not delay it.
 */
final class OutputWatch implements EpollIoHandle {
  private static final int STANDARD_OUTPUT = 1;
  // EPOLLERR and EPOLLHUP of <sys/epoll.h>. Netty's constants are not there without native epoll.
  private static final int GONE = 0x08 | 0x10;

  private final FileDescriptor fd = new FileDescriptor(STANDARD_OUTPUT);
  private final Runnable whenGone;

  private OutputWatch(Runnable whenGone) {
    this.whenGone = whenGone;
  }

  /**
   * Starts watching, until the process ends. Does nothing without epoll, and where the kernel
   * refuses, as it does for a file: a write notices a reader that has left there, or there is none.
   */
  static void start(Runnable whenGone) {
    if (!Epoll.isAvailable()) {
      return;
    }
    IoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("vertx-ipc-output", true), EpollIoHandler.newFactory());
    IoEventLoop loop = group.next();
    loop.register(new OutputWatch(whenGone))
        .addListener(
            registered -> {
              if (registered.isSuccess()) {
                ask((IoRegistration) registered.getNow());
              }
            });
  }

  /** Returns why there is no native epoll here, null when there is. */
  static Throwable hindrance() {
    return Epoll.unavailabilityCause();
  }

  private static void ask(IoRegistration registration) {
    try {
      registration.submit(EpollIoOps.EPOLLERR);
    } catch (UncheckedIOException e) {
      // EPERM: this is a file, which has no reader that could leave. The loop sleeps from now on.
      registration.cancel();
    }
  }

  @Override
  public FileDescriptor fd() {
    return fd;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    if ((((EpollIoEvent) event).ops().value() & GONE) != 0) {
      // The kernel would report it again in each turn of the loop.
      registration.cancel();
      whenGone.run();
    }
  }

  @Override
  public void close() {
    // The descriptor is not ours to close.
  }
}
