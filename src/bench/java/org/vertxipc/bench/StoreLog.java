package org.vertxipc.bench;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.store.StoreFile;
import org.vertxipc.store.StoreFiles;
import org.vertxipc.store.StoreInbound;
import org.vertxipc.store.StoreOutbound;

/** The store of transport mapped, on an event loop, for which it is made. */
final class StoreLog implements JournalActor.Log {
  private static final int CAPACITY = 64 << 20;
  private static final Vertx VERTX = Contenders.vertx();

  private final MappedOptions options = new MappedOptions().setFileBytes(CAPACITY);
  private final ContextInternal context;
  private final Reactor reactor;
  private StoreOutbound out;

  StoreLog() throws Exception {
    Posix.load();
    context = ((VertxInternal) VERTX).getOrCreateContext();
    reactor = on(() -> Reactor.create(context));
  }

  private StoreFiles files(Path path) throws IOException {
    return new StoreFiles(Access.OWNER, options, path);
  }

  /** Does not wake the reader, which looks when everything has been written. */
  private static final class Nobody implements StoreOutbound.Events {
    @Override
    public void onReaderParked() {
      // The reader has not started yet.
    }

    @Override
    public void onRoom() {
      // A full log is a failure, which append reports.
    }

    @Override
    public void onBroken(Throwable cause) {
      throw new IllegalStateException(cause);
    }
  }

  private <T> T on(Callable<T> task) throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            promise.complete(task.call());
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Override
  public void append(Path path, int count) throws Exception {
    StoreFile file = files(path).openToWrite("reader", "writer", false);
    on(
        () -> {
          out = new StoreOutbound(reactor, options, file, new Nobody());
          ByteBuffer message = ByteBuffer.allocateDirect(JournalActor.BYTES);
          RecordWriter record = (to, at) -> to.put(at, message, 0, JournalActor.BYTES);
          for (int i = 0; i < count; i++) {
            message.putInt(0, i);
            if (!out.write(JournalActor.BYTES, record)) {
              throw new IllegalStateException("the store is full at " + i);
            }
          }
          out.flush();
          return null;
        });
  }

  @Override
  public void close() throws Exception {
    on(
        () -> {
          out.close(() -> {});
          return null;
        });
  }

  @Override
  public void replay(Path path, int count) throws Exception {
    StoreFile file = files(path).openToRead("reader", "writer");
    Promise<Void> done = Promise.promise();
    StoreInbound in =
        on(
            () -> {
              StoreInbound made =
                  new StoreInbound(new RingPoller(reactor, new IdleOptions()), file);
              made.start(new Counter(made, count, done));
              return made;
            });
    done.future().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    on(
        () -> {
          in.close();
          return null;
        });
  }

  private static final class Counter implements InboundHandler {
    private final StoreInbound store;
    private final int expected;
    private final Promise<Void> done;
    private int count;
    private long sum;

    Counter(StoreInbound store, int expected, Promise<Void> done) {
      this.store = store;
      this.expected = expected;
      this.done = done;
    }

    @Override
    public void onRecord(ByteBuffer buffer, int offset, int length) {
      sum += buffer.getInt(offset);
      store.release(store.end());
      if (++count == expected) {
        done.complete();
      }
    }

    @Override
    public void onNudge() {
      // There is no peer.
    }

    @Override
    public void onRoomMade() {
      // Nobody waits.
    }

    @Override
    public void onBatchEnd() {
      assert sum != Long.MIN_VALUE;
    }

    @Override
    public void onBroken(Throwable cause) {
      done.tryFail(cause);
    }
  }
}
