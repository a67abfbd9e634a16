package org.vertxipc.reactor;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jnr.enxio.channels.NativeSelectorProvider;
import jnr.enxio.channels.NativeSocketChannel;

/**
 * Readiness by {@code poll(2)}, on one daemon thread that hands each event over to the context and
 * leaves the descriptor alone until the handler has returned.
 *
 * <p>JNR's selector reports a hang-up only as readiness, so a handler sees it as a read of length 0
 * or a write that fails with {@code EPIPE}.
 */
final class SelectorReactor extends LoopTasks {
  private final AbstractSelector selector;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  SelectorReactor(EventLoop loop, Dispatcher dispatcher) throws IOException {
    super(loop, dispatcher);
    this.selector = NativeSelectorProvider.getInstance().openSelector();
    Thread thread = new Thread(this::run, "vertx-ipc-selector");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public Watch watch(int fd, ReadyHandler handler) {
    return new PolledWatch(fd, handler);
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }

  @Override
  public boolean isNative() {
    return false;
  }

  private void onSelectorThread(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  private void run() {
    try (Selector s = selector) {
      while (!closed) {
        s.select();
        for (SelectionKey key : s.selectedKeys()) {
          if (key.isValid()) {
            ((PolledWatch) key.attachment()).selected(key.readyOps());
          }
        }
        s.selectedKeys().clear();
        // This removes the keys cancelled above from the poll set, so that a task may register
        // again.
        s.selectNow();
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
    private SelectionKey key;
    // Used by the context's thread only.
    private int wanted;
    private boolean watchClosed;

    PolledWatch(int fd, ReadyHandler handler) {
      this.fd = fd;
      this.handler = handler;
    }

    @Override
    public void interest(boolean read, boolean write) {
      int ops = (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
      if (!watchClosed && ops != wanted) {
        wanted = ops;
        arm(ops);
      }
    }

    private void arm(int ops) {
      onSelectorThread(
          () -> {
            if (key != null) {
              key.cancel();
              key = null;
            }
            if (ops != 0) {
              register(ops);
            }
          });
    }

    private void register(int ops) {
      try {
        // A new channel object is needed each time, because a channel keeps its cancelled key until
        // the next select. It is never closed, because that would close the caller's descriptor.
        @SuppressWarnings("resource")
        NativeSocketChannel channel = new NativeSocketChannel(fd, ops);
        selector.selectNow();
        channel.configureBlocking(false);
        key = channel.register(selector, ops, this);
      } catch (IOException e) {
        dispatcher.later(() -> handler.ready(true, false, true));
      }
    }

    void selected(int readyOps) {
      key.cancel();
      key = null;
      dispatcher.later(
          () -> {
            if (!watchClosed) {
              int armed = wanted;
              try {
                handler.ready(
                    (readyOps & SelectionKey.OP_READ) != 0,
                    (readyOps & SelectionKey.OP_WRITE) != 0,
                    false);
              } finally {
                if (!watchClosed && wanted == armed) {
                  arm(armed);
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
