package org.vertxipc.reactor;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.vertx.core.Handler;
import java.io.IOException;

/** Readiness by {@code epoll(7)}, on the loop's own thread and in the loop's own turn. */
final class EpollReactor extends LoopTasks {
  // From <sys/epoll.h>; Netty names these constants but does not export EPOLLHUP.
  private static final int GONE = 0x10 | EpollIoOps.EPOLLERR.value();
  // The kernel reports errors whatever the mask is, and Netty takes an empty mask for "remove".
  private static final EpollIoOps ERRORS_ONLY = EpollIoOps.EPOLLERR;
  private static final EpollIoOps READ = EpollIoOps.EPOLLIN;
  private static final EpollIoOps WRITE = EpollIoOps.EPOLLOUT;
  private static final EpollIoOps READ_WRITE = READ.with(WRITE);

  private final IoEventLoop loop;

  EpollReactor(IoEventLoop loop, Dispatcher dispatcher) {
    super(loop, dispatcher);
    this.loop = loop;
  }

  @Override
  public Watch watch(int fd, ReadyHandler handler) throws IOException {
    Handle handle = new Handle(fd, handler, dispatcher);
    // On the loop's own thread the registration has completed when this returns.
    Future<IoRegistration> registered = loop.register(handle);
    if (!registered.isDone()) {
      throw new IllegalStateException("not on the event loop");
    }
    if (!registered.isSuccess()) {
      throw new IOException("epoll refuses fd " + fd, registered.cause());
    }
    handle.registration = registered.getNow();
    return handle;
  }

  @Override
  public void close() {
    // The loop belongs to Vert.x.
  }

  @Override
  public boolean isNative() {
    return true;
  }

  private static final class Handle implements EpollIoHandle, Watch {
    private static final Handler<Handle> DISPATCH = Handle::dispatch;

    private final FileDescriptor fd;
    private final ReadyHandler handler;
    private final Dispatcher dispatcher;
    private int ready;
    private IoRegistration registration;
    private EpollIoOps current;
    private boolean closed;

    Handle(int fd, ReadyHandler handler, Dispatcher dispatcher) {
      this.fd = new FileDescriptor(fd);
      this.handler = handler;
      this.dispatcher = dispatcher;
    }

    @Override
    public FileDescriptor fd() {
      return fd;
    }

    @Override
    public void interest(boolean read, boolean write) {
      EpollIoOps ops = read ? (write ? READ_WRITE : READ) : (write ? WRITE : ERRORS_ONLY);
      if (!closed && !ops.equals(current)) {
        registration.submit(ops);
        current = ops;
      }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      if (!closed) {
        ready = ((EpollIoEvent) event).ops().value();
        dispatcher.dispatch(this, DISPATCH);
      }
    }

    private void dispatch() {
      handler.ready((ready & READ.value()) != 0, (ready & WRITE.value()) != 0, (ready & GONE) != 0);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        registration.cancel();
      }
    }
  }
}
