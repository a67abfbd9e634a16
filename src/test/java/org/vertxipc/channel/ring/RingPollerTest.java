package org.vertxipc.channel.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.testing.Await;

/**
 * Tests a fault that compiled code reports late, when it has already left the ring that caused it.
 */
class RingPollerTest {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private ContextInternal context;
  private Reactor reactor;
  private RingPoller poller;
  private final List<Looked> attended = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    context = ((VertxInternal) vertx).getOrCreateContext();
    onLoop(
        () -> {
          reactor = Reactor.create(context);
          poller = new RingPoller(reactor, new IdleOptions().setStrategy("spin"));
          return null;
        });
  }

  @AfterEach
  void close() throws Exception {
    onLoop(
        () -> {
          attended.forEach(poller::remove);
          reactor.close();
          return null;
        });
    Await.get(vertx.close());
  }

  private void attend(Looked... rings) throws Exception {
    attended.addAll(List.of(rings));
    onLoop(
        () -> {
          attended.forEach(poller::add);
          return null;
        });
  }

  private void onLoop(Callable<Void> task) throws Exception {
    Await.on(context, task);
  }

  @Test
  void theOthersAreLookedAtFurther() throws Exception {
    Looked fails = new Looked(1);
    Looked other = new Looked(0);
    attend(other, fails);
    Await.until("looked at after it", () -> other.looks.get() > 10);
    assertEquals(1, fails.blamed.get());
    assertEquals(1, fails.looks.get(), "it is no longer looked at");
  }

  @Test
  void aFaultOfNoRingOfTheseEndsNothing() throws Exception {
    Looked ring = new Looked(5);
    ring.whole = true;
    attend(ring);
    Await.until("looked at after it", () -> ring.looks.get() > 20);
    assertEquals(5, ring.blamed.get());
  }

  /** A ring whose faults come too late for its own catch block, so that the poller gets them. */
  private final class Looked implements PolledRing {
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger blamed = new AtomicInteger();
    private final int faults;
    private volatile boolean whole;
    private boolean attendedTo;

    Looked(int faults) {
      this.faults = faults;
    }

    @Override
    public boolean isReady() {
      if (looks.incrementAndGet() <= faults) {
        throw new InternalError("a fault occurred in an unsafe memory access operation");
      }
      return false;
    }

    @Override
    public long silentFor(long now) {
      return 0;
    }

    @Override
    public boolean park() {
      return false;
    }

    @Override
    public boolean unpark() {
      boolean first = !attendedTo;
      attendedTo = true;
      return first;
    }

    @Override
    public boolean isFragile() {
      return true;
    }

    @Override
    public boolean endIfDamaged(InternalError fault) {
      if (faults == 0) {
        return true;
      }
      blamed.incrementAndGet();
      if (!whole) {
        poller.remove(this);
      }
      return whole;
    }

    @Override
    public boolean poll(int maxBytes) {
      return false;
    }
  }
}
