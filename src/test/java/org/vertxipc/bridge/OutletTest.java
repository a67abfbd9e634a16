package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.BusOptions;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.SerializableBodies;

/** Tests an outlet over stores that a test fills, refuses to, and says to be safe when it likes. */
class OutletTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  private static final SerializableBodies BODIES = SerializableBodies.of(List.of());

  private final VertxInternal vertx = POOL.get(0);
  private final ContextInternal context = vertx.createEventLoopContext();
  private final ContextInternal user = vertx.createEventLoopContext();
  private final HandOver handOver = new HandOver(context);
  private final Losses losses = new Losses(line -> {});
  private final Undelivered undelivered = new Undelivered(losses, BODIES);
  private final Hub hub = Hub.of(vertx);
  private final Counters counters = new Counters(losses, new CounterSet());
  private final Outbound outbound =
      new Outbound(
          "bus",
          hub.local(),
          handOver,
          new Forwarding(hub, undelivered, "here"),
          undelivered,
          new PeerWriter(
              new BusConfig(new BusOptions().setName("bus"), "here"),
              BODIES,
              undelivered,
              counters));
  private final List<Outbound.Line> lines = new ArrayList<>();
  private final List<Outlet> closed = new ArrayList<>();

  @AfterEach
  void close() {
    losses.close();
  }

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  private StoreInHand node(String name) throws Exception {
    StoreInHand store = new StoreInHand();
    MemoryBridges.on(
        context,
        () ->
            lines.add(
                outbound.line("x", new PeerSession.Absent(new AbsentPeer(name, store)), 0, false)));
    return store;
  }

  private Outlet open(boolean publish) throws Exception {
    Outlet.Owner owner =
        new Outlet.Owner() {
          @Override
          public List<Outbound.Line> lines(String address) {
            return List.copyOf(lines);
          }

          @Override
          public void closed(Outlet outlet) {
            closed.add(outlet);
          }
        };
    Outlet outlet = new Outlet(owner, context, handOver, hub.local(), undelivered, "x", publish);
    on(outlet::onRoutes);
    return outlet;
  }

  private void on(Runnable task) throws Exception {
    MemoryBridges.on(context, task);
  }

  private void onUser(Runnable task) throws Exception {
    MemoryBridges.on(user, task);
  }

  private static ReplyException failure(Future<?> write) throws Exception {
    return (ReplyException) Await.failure(write);
  }

  /** What was handed over has been written, and what follows from it has happened. */
  private void settle() throws Exception {
    for (int i = 0; i < 4; i++) {
      on(() -> {});
      onUser(() -> {});
    }
  }

  @Test
  void aWriteSucceedsWhenItIsSafe() throws Exception {
    StoreInHand store = node("a");
    Outlet outlet = open(false);
    Future<Void> first = outlet.write(null, "1");
    Future<Void> second = outlet.write(null, "2");
    settle();
    assertEquals(List.of("x 1", "x 2"), store.kept);
    assertFalse(store.publish);
    assertEquals(2, counters.sent.sum());
    assertFalse(first.isComplete() || second.isComplete());
    on(() -> store.unsafe.remove().done(true));
    Await.get(first);
    assertFalse(second.isComplete());
    on(() -> store.unsafe.remove().done(false));
    ReplyException failure = failure(second);
    assertEquals(Failures.NODE_GONE, failure.failureCode());
    assertEquals("The message could not be written to the store", failure.getMessage());
  }

  @Test
  void aWriteOnTheLoopIsTakenAtOnceAndCompletesThereInATaskOfItsOwn() throws Exception {
    StoreInHand store = node("a");
    Outlet outlet = open(false);
    List<String> order = new ArrayList<>();
    CountDownLatch told = new CountDownLatch(2);
    on(
        () -> {
          outlet.write(null, "1").onComplete(r -> told.countDown());
          assertEquals(List.of("x 1"), store.kept);
          store.unsafe.remove().done(true);
          order.add("written");
          store.atOnce = true;
          outlet.write(null, "2").onComplete(r -> told.countDown());
          assertEquals(2, store.kept.size());
        });
    told.await();
    assertEquals(List.of("written"), order);
  }

  @Test
  void theCallerIsToldOnItsContext() throws Exception {
    StoreInHand store = node("a");
    Outlet outlet = open(false);
    Future<Context> told =
        Future.future(
            done ->
                user.runOnContext(
                    v ->
                        outlet
                            .write(null, "1")
                            .onComplete(r -> done.complete(vertx.getContext()))));
    Await.until("it is written", () -> counters.sent.sum() == 1);
    on(() -> store.unsafe.remove().done(true));
    assertEquals(user, Await.get(told));
  }

  @Test
  void aPublishGoesToAllAndIsSafeWhenAllHaveIt() throws Exception {
    StoreInHand a = node("a");
    StoreInHand b = node("b");
    StoreInHand c = node("c");
    c.atOnce = true;
    Outlet outlet = open(true);
    Future<Void> written = outlet.write(null, "1");
    settle();
    assertFalse(written.isComplete());
    on(() -> b.unsafe.remove().done(true));
    settle();
    assertFalse(written.isComplete());
    on(() -> a.unsafe.remove().done(true));
    Await.get(written);
    for (StoreInHand store : List.of(a, b, c)) {
      assertEquals(List.of("x 1"), store.kept);
      assertTrue(store.publish);
      assertEquals(a.number, store.number);
      assertEquals(hub.local().incarnation(), store.origin);
    }
    assertTrue(a.number > 0);
    long before = a.number;
    Future<Void> next = outlet.write(null, "2");
    settle();
    assertTrue(a.number > before);
    on(() -> a.unsafe.remove().done(false));
    settle();
    assertFalse(next.isComplete());
    on(() -> b.unsafe.remove().done(true));
    assertEquals(Failures.NODE_GONE, failure(next).failureCode());
  }

  @Test
  void aRefusalFailsTheWriteThoughOthersTookIt() throws Exception {
    StoreInHand a = node("a");
    StoreInHand b = node("b");
    a.refuses = true;
    b.atOnce = true;
    Outlet outlet = open(true);
    ReplyException failure = failure(outlet.write(null, "1"));
    assertEquals(Failures.QUEUE_FULL, failure.failureCode());
    assertEquals(List.of("x 1"), b.kept);
    assertEquals(1, losses.count(Loss.QUEUE_FULL));
    assertEquals(1, counters.sent.sum());
  }

  @Test
  void sendsTakeTurnsAmongNodesThatAreUpWithAConsumer() throws Exception {
    StoreInHand a = node("a");
    StoreInHand b = node("b");
    StoreInHand c = node("c");
    for (StoreInHand store : List.of(a, b, c)) {
      store.atOnce = true;
    }
    Outlet outlet = open(false);
    // All are down: the first in the rotation keeps it.
    for (int n = 0; n < 3; n++) {
      Await.get(outlet.write(null, n));
    }
    assertEquals(List.of(1, 1, 1), List.of(a.kept.size(), b.kept.size(), c.kept.size()));
    on(() -> lines.get(1).state(Route.State.LIVE));
    for (int n = 0; n < 3; n++) {
      Await.get(outlet.write(null, n));
    }
    assertEquals(List.of(1, 4, 1), List.of(a.kept.size(), b.kept.size(), c.kept.size()));
    on(
        () -> {
          for (int i : new int[] {0, 2}) {
            lines.get(i).state(Route.State.LIVE);
            lines.get(i).available(true);
          }
        });
    for (int n = 0; n < 6; n++) {
      Await.get(outlet.write(null, n));
    }
    assertEquals(List.of(4, 4, 4), List.of(a.kept.size(), b.kept.size(), c.kept.size()));
  }

  @Test
  void nobodyToWriteToIsSaidAndCounted() throws Exception {
    for (boolean publish : new boolean[] {false, true}) {
      Outlet outlet = open(publish);
      ReplyException failure = failure(outlet.write(null, "1"));
      assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
      assertEquals("No node on the bus exports address x", failure.getMessage());
      Future<Void> here =
          Future.future(p -> context.runOnContext(v -> outlet.write(null, "1").onComplete(p)));
      assertEquals(ReplyFailure.NO_HANDLERS, failure(here).failureType());
    }
    assertEquals(4, losses.count(Loss.NOBODY));
  }

  @Test
  void whatCanNotBeEncodedFailsAtOnce() throws Exception {
    StoreInHand store = node("a");
    Outlet outlet = open(false);
    assertEquals(Failures.CODEC, failure(outlet.write(null, new Object())).failureCode());
    ReplyException large = failure(outlet.write(null, "-".repeat(2_000)));
    assertEquals(Failures.TOO_LARGE, large.failureCode());
    assertEquals(List.of(), store.kept);
    assertEquals(1, losses.count(Loss.CODEC));
  }

  @Test
  void theWriterMayChangeHeadersAfterwards() throws Exception {
    StoreInHand store = node("a");
    Outlet outlet = open(false);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("h", "1");
    CountDownLatch go = new CountDownLatch(1);
    context.runOnContext(v -> Await.latch(go));
    outlet.write(headers, "1");
    headers.set("h", "2");
    go.countDown();
    settle();
    assertEquals("1", store.headers.get("h"));
  }

  @Test
  void writesUnderWayToTheLoopCountAsQueued() throws Exception {
    StoreInHand store = node("a");
    store.atOnce = true;
    Outlet outlet = open(false);
    outlet.setMaxUnderWay(4);
    CountDownLatch go = new CountDownLatch(1);
    context.runOnContext(v -> Await.latch(go));
    AtomicInteger drained = new AtomicInteger();
    for (int n = 0; n < 4; n++) {
      outlet.write(null, n);
      assertFalse(outlet.isFull());
    }
    outlet.write(null, 4);
    assertTrue(outlet.isFull());
    onUser(() -> outlet.drainHandler(v -> drained.incrementAndGet()));
    go.countDown();
    Await.until("it drains", () -> drained.get() > 0);
    settle();
    assertEquals(5, store.kept.size());
    assertFalse(outlet.isFull());
    assertEquals(1, drained.get());
  }

  @Test
  void aFullNodeHoldsUpUntilItHasRoom() throws Exception {
    StoreInHand a = node("a");
    StoreInHand b = node("b");
    a.atOnce = true;
    b.atOnce = true;
    Outlet outlet = open(false);
    assertFalse(outlet.isFull());
    Queue<Context> drained = new ConcurrentLinkedQueue<>();
    for (StoreInHand store : List.of(a, b)) {
      on(
          () -> {
            store.full = true;
            outlet.onChange();
          });
      assertTrue(outlet.isFull());
      onUser(() -> outlet.drainHandler(v -> drained.add(vertx.getContext())));
      settle();
      assertEquals(0, drained.size());
      on(
          () -> {
            store.full = false;
            outlet.onChange();
          });
      settle();
      assertEquals(List.of(user), List.copyOf(drained));
      assertFalse(outlet.isFull());
      drained.clear();
      // It is called once.
      on(outlet::onChange);
      settle();
      assertNull(drained.peek());
    }
    // A write notices it, too.
    a.full = true;
    Await.get(outlet.write(null, "1"));
    settle();
    assertTrue(outlet.isFull());
    a.full = false;
    on(() -> outlet.write(null, "2"));
    assertFalse(outlet.isFull());
    // And one that is set while there is room is called at once.
    onUser(() -> outlet.drainHandler(v -> drained.add(vertx.getContext())));
    Await.until("it is called", () -> drained.size() == 1);
  }

  @Test
  void itKnowsItsRoutesWhenTheyChangeAndItsOwnerWhenItIsClosed() throws Exception {
    Outlet outlet = open(false);
    assertEquals("x", outlet.address());
    StoreInHand late = node("late");
    late.full = true;
    assertEquals(ReplyFailure.NO_HANDLERS, failure(outlet.write(null, "1")).failureType());
    on(outlet::onRoutes);
    assertTrue(outlet.isFull());
    late.atOnce = true;
    Await.get(outlet.write(null, "2"));
    assertEquals(List.of("x 2"), late.kept);
    outlet.close();
    settle();
    assertEquals(List.of(outlet), closed);
  }
}
