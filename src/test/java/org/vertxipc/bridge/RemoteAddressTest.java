package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.eventbus.Elsewhere;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.SerializableBodies;

/** Tests the choice among routes that a test makes, and what stands in the event bus for them. */
class RemoteAddressTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  private static final SerializableBodies BODIES = SerializableBodies.of(List.of());

  private final VertxInternal vertx = POOL.get(0);
  private final EventBus bus = vertx.eventBus();
  private final LocalBus local = LocalBus.of(vertx);
  private final Losses losses = new Losses(line -> {});
  private final Undelivered undelivered = new Undelivered(losses, BODIES);
  private final List<String> out = new ArrayList<>();
  private final List<Route> added = new ArrayList<>();
  private RemoteAddress remote = new RemoteAddress("x", local, Elsewhere.of(vertx), null);

  /** A route that says what has been sent by it. */
  private final class Known extends Route {
    private final String node;
    private final long vertx;
    private final boolean durable;

    Known(String node, long vertx, boolean available, boolean durable) {
      super("x", "bus", available);
      this.node = node;
      this.vertx = vertx;
      this.durable = durable;
    }

    @Override
    boolean isDurable() {
      return durable;
    }

    @Override
    long vertx() {
      return vertx;
    }

    @Override
    String node() {
      return node;
    }

    @Override
    Undelivered undelivered() {
      return undelivered;
    }

    @Override
    void out(int kind, MultiMap headers, Object body, long number, Requester requester) {
      out.add(node + " " + body);
    }

    @Override
    boolean isNow(int kind) {
      return false;
    }

    @Override
    void outNow(int kind, MultiMap headers, Object body, long number, Requester requester) {
      throw new IllegalStateException("it is never now");
    }

    @Override
    void out(Parcel parcel) {
      out.add(node + " " + parcel.body());
    }
  }

  /** Puts messages that begin with "marked" aside. */
  private final class Mark implements ClusterMark {
    @Override
    public boolean isMarked(Message<?> message) {
      return String.valueOf(message.body()).startsWith("marked");
    }

    @Override
    public void passOn(Message<?> message) {
      out.add("passed on " + message.body());
    }

    @Override
    public Requester requester(Message<?> message) {
      return null;
    }
  }

  @AfterEach
  void close() {
    List.copyOf(added).forEach(this::remove);
    losses.close();
  }

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  private Known add(String node, long vertx, boolean available, boolean durable) {
    Known route = new Known(node, vertx, available, durable);
    remote.add(route);
    added.add(route);
    return route;
  }

  private boolean remove(Route route) {
    added.remove(route);
    return remote.remove(route);
  }

  private void send(int count) {
    for (int n = 0; n < count; n++) {
      bus.send("x", "send");
    }
  }

  private long count(String node) {
    return out.stream().filter(o -> o.startsWith(node + " ")).count();
  }

  @Test
  void nodesWithAConsumerTakeTurnsAndAreOneForEachVertx() {
    add("a", 10, true, false);
    Known b = add("b", 20, true, false);
    add("a again", 10, true, false);
    Known idle = add("idle", 30, false, false);
    send(20);
    assertEquals(10, count("a"));
    assertEquals(10, count("b"));
    bus.publish("x", "publish");
    assertEquals(11, count("a"));
    assertEquals(11, count("b"));
    assertEquals(1, count("idle"));
    assertEquals(0, count("a again"));
    idle.available(true);
    b.state(Route.State.CLOSED);
    remote.refresh();
    out.clear();
    send(20);
    bus.publish("x", "publish");
    assertEquals(11, count("a"));
    assertEquals(11, count("idle"));
    assertEquals(0, count("b"));
  }

  /** Of two ways to one Vert.x that is the right one where it has a consumer. */
  @Test
  void theWayWithAConsumerIsTaken() {
    add("without", 10, false, false);
    add("with", 10, true, false);
    // Nothing is known of the Vert.x of nodes that are down: these are never the same.
    Known down = add("down", 0, false, true);
    Known down2 = add("down 2", 0, false, true);
    down.state(Route.State.STORED);
    down2.state(Route.State.STORED);
    remote.refresh();
    bus.publish("x", "publish");
    assertEquals(List.of("with publish", "down publish", "down 2 publish"), out);
  }

  @Test
  void consumersHereTakeTheirTurns() throws Exception {
    add("a", 10, true, false);
    add("b", 20, true, false);
    Queue<String> here = new ConcurrentLinkedQueue<>();
    MessageConsumer<String> own = bus.<String>consumer("x").handler(m -> here.add(m.body()));
    Await.get(own.completion());
    send(30);
    assertEquals(10, count("a"));
    assertEquals(10, count("b"));
    Await.until("the rest comes here", () -> here.size() == 10);
    // Without a node that has a consumer all of them come here.
    added.forEach(r -> r.available(false));
    remote.refresh();
    out.clear();
    send(10);
    Await.until("they come here", () -> here.size() == 20);
    assertEquals(List.of(), out);
    Await.get(own.unregister());
    send(1);
    assertEquals(1, out.size());
  }

  @Test
  void theLastResortIsFirstWhoGivesBackThenWhoKeepsUpThenWhoIsDown() {
    Known down = add("down", 0, false, true);
    down.state(Route.State.STORED);
    Known down2 = add("down 2", 0, false, true);
    down2.state(Route.State.STORED);
    remote.refresh();
    int send = FrameKind.SEND;
    int request = FrameKind.REQUEST;
    assertSame(down, remote.lastResort(send, Way.NONE, r -> true));
    assertSame(down2, remote.lastResort(send, Way.NONE, r -> r != down));
    assertNull(remote.lastResort(request, Way.NONE, r -> true));
    Known keeps = add("keeps", 10, false, true);
    Known keeps2 = add("keeps 2", 20, false, true);
    assertSame(keeps, remote.lastResort(send, Way.NONE, r -> true));
    assertSame(keeps, remote.lastResort(request, Way.NONE, r -> true));
    assertSame(keeps2, remote.lastResort(send, new long[] {10}, r -> true));
    Known plain = add("plain", 30, false, false);
    assertSame(plain, remote.lastResort(send, Way.NONE, r -> true));
    assertSame(keeps, remote.lastResort(request, Way.NONE, r -> true));
    assertSame(plain, remote.onward(send, Way.NONE, r -> true));
    assertNull(remote.onward(send, new long[17], r -> true));
    plain.available(true);
    keeps2.available(true);
    remote.refresh();
    assertSame(plain, remote.onward(send, new long[] {20}, r -> true));
    assertSame(keeps2, remote.available(send, new long[] {31}, r -> true));
    assertNull(remote.available(send, Way.NONE, r -> false));
  }

  @Test
  void nobodyIsSaidByTheKindOfRoutesThereAre() throws Exception {
    assertEquals(ReplyFailure.NO_HANDLERS, remote.nobody(FrameKind.REQUEST).failureType());
    assertEquals(0, losses.count(Loss.NOBODY));
    Known down = add("down", 0, false, true);
    assertEquals(ReplyFailure.NO_HANDLERS, remote.nobody(FrameKind.REQUEST).failureType());
    down.state(Route.State.STORED);
    remote.refresh();
    assertEquals(Failures.NODE_GONE, remote.nobody(FrameKind.REQUEST).failureCode());
    assertEquals(ReplyFailure.NO_HANDLERS, remote.nobody(FrameKind.SEND).failureType());
    assertEquals(2, losses.count(Loss.NOBODY));
    ReplyException failure = (ReplyException) Await.failure(bus.request("x", "request"));
    assertEquals(
        "Node 'down' is down: messages for it are stored, but requests are not",
        failure.getMessage());
    assertEquals(List.of(), out);
  }

  @Test
  void nothingIsLeftWhenTheLastRouteGoes() throws Exception {
    Route a = add("a", 10, true, false);
    Route b = add("b", 20, true, false);
    assertEquals(2, remote.routes().length);
    assertTrue(!remove(a) && remove(b));
    ReplyException failure = (ReplyException) Await.failure(bus.request("x", "request"));
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    send(1);
    assertEquals(List.of(), out);
  }

  /** In a cluster a handler more announces the address, and marked messages are passed on. */
  @Test
  void aMarkedMessageIsPassedOnOnceAndTurnsStayTheSame() throws Exception {
    remote = new RemoteAddress("x", local, Elsewhere.of(vertx), new Mark());
    Known a = add("a", 10, true, false);
    add("b", 20, true, false);
    for (int n = 0; n < 4; n++) {
      bus.send("x", "marked");
    }
    bus.publish("x", "marked publish");
    assertEquals(4, out.stream().filter(o -> o.equals("passed on marked")).count());
    assertEquals(1, out.stream().filter(o -> o.equals("passed on marked publish")).count());
    out.clear();
    send(20);
    assertEquals(10, count("a"));
    assertEquals(10, count("b"));
    bus.publish("x", "publish");
    assertEquals(11, count("a"));
    // One node alone has a turn too many, which goes to consumers here.
    a.available(false);
    remote.refresh();
    Queue<String> here = new ConcurrentLinkedQueue<>();
    MessageConsumer<String> own = bus.<String>consumer("x").handler(m -> here.add(m.body()));
    Await.get(own.completion());
    out.clear();
    send(30);
    Await.until("two of three come here", () -> here.size() == 20);
    assertEquals(10, count("b"));
    Await.get(own.unregister());
  }
}
