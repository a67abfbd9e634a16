package org.vertxipc.reactor;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.vertxipc.posix.Poller;

/**
 * Readiness by {@code poll(2)}, on one daemon thread that hands each event over to the context and
 * leaves the descriptor alone until the handler has returned. The thread starts with the first
 * descriptor.
 *
 * <p>A hang-up is reported only as readiness, so a handler sees it as a read of length 0 or a write
 * that fails with {@code EPIPE}.
 */
final class SelectorReactor extends LoopTasks {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  // Used by the selector thread only.
  private final List<PolledWatch> armed = new ArrayList<>();
  // Used by the context's thread only, as all that is not said to be the selector thread's.
  private Poller poller;
  private volatile boolean closed;

  SelectorReactor(EventLoop loop, Dispatcher dispatcher) {
    super(loop, dispatcher);
  }

  @Override
  public Watch watch(int fd, ReadyHandler handler) throws IOException {
    if (poller == null) {
      Poller made = new Poller();
      Thread thread = new Thread(() -> run(made), "vertx-ipc-selector");
      thread.setDaemon(true);
      thread.start();
      poller = made;
    }
    return new PolledWatch(fd, handler);
  }

  @Override
  public void close() {
    closed = true;
    if (poller != null) {
      wake();
    }
  }

  @Override
  public boolean isNative() {
    return false;
  }

  private void onSelectorThread(Runnable task) {
    tasks.add(task);
    wake();
  }

  private void wake() {
    try {
      poller.wake();
    } catch (IOException e) {
      throw new UncheckedIOException("the fallback selector can't be woken", e);
    }
  }

  private void run(Poller polled) {
    try (Poller p = polled) {
      while (!closed) {
        p.clear();
        for (PolledWatch watch : armed) {
          watch.index = p.add(watch.fd, watch.armedFor);
        }
        p.await();
        // Backwards, because those that are ready leave the list.
        for (int i = armed.size() - 1; i >= 0; i--) {
          PolledWatch watch = armed.get(i);
          int ready = p.ready(watch.index);
          if (ready != 0) {
            armed.remove(i);
            watch.selected(ready);
          }
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
      }
    } catch (IOException e) {
      dispatcher.later(
          () -> {
            throw new UncheckedIOException("the fallback selector failed", e);
          });
    }
  }

  private final class PolledWatch implements Watch {
    private final int fd;
    private final ReadyHandler handler;
    // Used by the selector thread only.
    private int armedFor;
    private int index;
    // Used by the context's thread only.
    private int wanted;
    private boolean watchClosed;

    PolledWatch(int fd, ReadyHandler handler) {
      this.fd = fd;
      this.handler = handler;
    }

    @Override
    public void interest(boolean read, boolean write) {
      int events = (read ? Poller.READ : 0) | (write ? Poller.WRITE : 0);
      if (!watchClosed && events != wanted) {
        wanted = events;
        arm(events);
      }
    }

    private void arm(int events) {
      onSelectorThread(
          () -> {
            armed.remove(this);
            armedFor = events;
            if (events != 0) {
              armed.add(this);
            }
          });
    }

    void selected(int ready) {
      armedFor = 0;
      dispatcher.later(
          () -> {
            if (!watchClosed) {
              int before = wanted;
              try {
                handler.ready((ready & Poller.READ) != 0, (ready & Poller.WRITE) != 0, false);
              } finally {
                if (!watchClosed && wanted == before) {
                  arm(before);
                }
              }
            }
          });
    }

    @Override
    public void close() {
      if (!watchClosed) {
        watchClosed = true;
        arm(0);
      }
    }
  }
}
