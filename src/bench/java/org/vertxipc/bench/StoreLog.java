package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.vertxipc.channel.DurableInbound;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.channel.ring.IdlePolicy;
import org.vertxipc.channel.ring.MappedConfig;
import org.vertxipc.channel.ring.MappedTransport;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** The store of transport mapped, on the event loop that it is made for. */
final class StoreLog implements JournalActor.Log {
  private static final int CAPACITY = 64 << 20;
  private static final Vertx VERTX = Contenders.vertx();

  private final ContextInternal context;
  private final MappedTransport writing;
  private final MappedTransport reading;
  private final MappedTransport.StoreOpening opened;
  private OutboundChannel out;

  StoreLog(Path path) throws Exception {
    Posix.load();
    context = ((VertxInternal) VERTX).getOrCreateContext();
    MappedConfig config = new MappedConfig(null, CAPACITY, MappedConfig.Sync.NONE, 0);
    IdlePolicy park = new IdlePolicy(IdlePolicy.Mode.PARK, 50_000, 0);
    Reactor reactor = on(() -> Reactor.create(context));
    writing = new MappedTransport(reactor, Access.OWNER, park, config, path);
    reading = new MappedTransport(reactor, Access.OWNER, park, config, path);
    MappedTransport.StoreOpening outbound = writing.openOutbound("reader", "writer");
    out = on(() -> writing.outbound("reader", outbound));
    opened = reading.openInbound("reader", "writer");
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
  public void append(int count) throws Exception {
    on(
        () -> {
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
  public Future<Void> replay(int count) throws Exception {
    Promise<Void> done = Promise.promise();
    on(
        () -> {
          DurableInbound store = reading.inbound("writer", opened);
          store.start(new Counter(store, count, done));
          return null;
        });
    return done.future();
  }

  private static final class Counter implements InboundHandler {
    private final DurableInbound store;
    private final int expected;
    private final Promise<Void> done;
    private int count;
    private long sum;

    Counter(DurableInbound store, int expected, Promise<Void> done) {
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

  @Override
  public void close() throws Exception {
    on(
        () -> {
          reading.close();
          writing.close();
          return null;
        });
  }
}
