package org.vertxipc.testing.mesh;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.IpcProducer;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;
import org.vertxipc.testing.mesh.MessageId.Act;
import org.vertxipc.testing.mesh.MessageId.Kind;
import org.vertxipc.testing.mesh.MessageId.Lane;

/** Sends messages of all kinds from one thread of a node, and records what becomes of them. */
final class MeshSender {
  private static final int TICK_MILLIS = 5;
  private static final int MOST_AT_ONCE = 5;
  private static final int MOST_REQUESTS = 48;
  private static final int RETRY_MILLIS = 100;
  private static final long STALL_NANOS = 200_000_000;
  private static final Chances<MeshPlan.Role> ROLES =
      new Chances<MeshPlan.Role>()
          .add(MeshPlan.Role.STRICT, 11)
          .add(MeshPlan.Role.FAST, 8)
          .add(MeshPlan.Role.SLOW, 8)
          .add(MeshPlan.Role.DURABLE, 3)
          .add(MeshPlan.Role.LOCAL, 2);
  private static final Chances<Kind> KINDS =
      new Chances<Kind>().add(Kind.SEND, 12).add(Kind.PUBLISH, 8).add(Kind.REQUEST, 12);
  private static final Chances<Act> ACTS =
      new Chances<Act>()
          .add(Act.REPLY, 20)
          .add(Act.FAIL, 4)
          .add(Act.ASK, 5)
          .add(Act.SILENT, 1)
          .add(Act.LATE, 2);

  private final MeshSelf self;
  private final int place;
  private final Random random;
  private final EventBus bus;
  private final MeshWindow window;
  private final Map<Integer, int[]> numbers = new HashMap<>();
  private final Map<Integer, IpcProducer> producers = new HashMap<>();
  private final Map<MeshPlan.Role, List<MeshPlan.Address>> byRole =
      new EnumMap<>(MeshPlan.Role.class);
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean loading;
  private volatile boolean running = true;
  private volatile int steps;
  private long last;

  MeshSender(MeshSelf self, int place, long seed) {
    this.self = self;
    this.place = place;
    this.random = new Random(seed);
    this.bus = self.vertx().eventBus();
    this.window = new MeshWindow(self.plan().nodes().size());
    for (MeshPlan.Role role : MeshPlan.Role.values()) {
      byRole.put(role, self.plan().addresses(role));
    }
  }

  void start() {
    loading = true;
    self.places().every(place, TICK_MILLIS, this::step);
  }

  /** Sends nothing new from now on, but asks whether what it has sent is read. */
  void hush() {
    loading = false;
  }

  /** Returns whether all that it has sent is read. */
  boolean isIdle() {
    return window.isIdle();
  }

  /** Stops asking as well. */
  void stop() {
    running = false;
  }

  /** Returns how many steps have ended: what a step sends has left when the next one begins. */
  int steps() {
    return steps;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Only one thread writes it.
  private void step() {
    long now = System.nanoTime();
    if (last != 0 && now - last > STALL_NANOS) {
      self.ledger().add(LedgerEntry.Kind.STALLED, 0, place, 0, last, now);
    }
    last = now;
    if (running) {
      for (MeshPlan.Node peer : self.plan().nodes()) {
        if (peer.number() != self.node().number()) {
          askForUnits(peer.number(), loading ? now : 0);
        }
      }
      int count = loading ? random.nextInt(MOST_AT_ONCE + 1) : 0;
      for (int i = 0; i < count; i++) {
        one();
      }
    }
    steps++;
  }

  private void one() {
    MeshPlan.Role role = ROLES.of(random.nextInt());
    List<MeshPlan.Address> some = byRole.get(role);
    if (some.isEmpty()) {
      return; // No node keeps messages.
    }
    MeshPlan.Address address = some.get(random.nextInt(some.size()));
    int others = address.exporters() & ~(1 << self.node().number());
    int view = self.view().exporters(address);
    if (role == MeshPlan.Role.STRICT && (view & others) != others) {
      return; // Not all of them are known yet.
    }
    boolean outlet =
        role == MeshPlan.Role.DURABLE || (role != MeshPlan.Role.LOCAL && random.nextInt(8) == 0);
    Kind kind = KINDS.of(random.nextInt());
    if (outlet && others == 0) {
      return; // It has no receivers here.
    }
    if (outlet) {
      // There is one producer for each thread and address: the messages of several have no order.
      kind = (place + address.number()) % 2 == 0 ? Kind.SEND : Kind.PUBLISH;
    }
    if (kind == Kind.REQUEST && requests.get() >= MOST_REQUESTS) {
      return;
    }
    Act act = kind == Kind.REQUEST ? ACTS.of(random.nextInt()) : Act.NOTHING;
    Lane lane = outlet ? Lane.OUTLET : Lane.EVENT_BUS;
    int number = numbers.computeIfAbsent(key(lane, address), k -> new int[1])[0];
    long id = id(lane, address, kind, act, number);
    MeshBody body = new MeshBody(id, MeshBody.Part.MESSAGE);
    int to = role == MeshPlan.Role.LOCAL ? 0 : others;
    if (window.take(to, body.length())) {
      send(id, body, address, view);
    }
  }

  private int key(Lane lane, MeshPlan.Address address) {
    return address.number() * 2 + (lane == Lane.OUTLET ? 1 : 0);
  }

  private long id(Lane lane, MeshPlan.Address address, Kind kind, Act act, int number) {
    return new MessageId(
            self.node().number(),
            self.incarnation(),
            place,
            lane,
            address.number(),
            kind,
            act,
            number)
        .toLong();
  }

  private void send(long id, MeshBody mesh, MeshPlan.Address address, int view) {
    MessageId is = MessageId.of(id);
    numbers.computeIfAbsent(key(is.lane(), address), k -> new int[1])[0]++;
    int timeout = MessageId.timeoutMillis(id, address.role());
    self.ledger().add(LedgerEntry.Kind.SENT, view, timeout, id);
    Object body = mesh.body();
    MultiMap headers = mesh.headers();
    if (is.lane() == Lane.OUTLET) {
      write(id, address, is.kind(), headers, body);
      return;
    }
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout);
    options.setLocalOnly(address.role() == MeshPlan.Role.LOCAL);
    if (headers != null) {
      options.setHeaders(headers);
    }
    switch (is.kind()) {
      case SEND -> bus.send(address.name(), body, options);
      case PUBLISH -> bus.publish(address.name(), body, options);
      case REQUEST -> {
        requests.incrementAndGet();
        self.ledger().waiting(1);
        bus.request(address.name(), body, options)
            .onComplete(
                result -> {
                  requests.decrementAndGet();
                  completed(id, result);
                  self.ledger().waiting(-1);
                });
      }
    }
    MeshBody.spoil(body);
  }

  private void write(long id, MeshPlan.Address address, Kind kind, MultiMap headers, Object body) {
    IpcProducer producer =
        producers.computeIfAbsent(
            address.number(),
            a ->
                kind == Kind.SEND
                    ? self.bridge().sender(address.name())
                    : self.bridge().publisher(address.name()));
    producer
        .write(headers, body)
        .onComplete(
            result -> self.ledger().add(LedgerEntry.Kind.WRITTEN, 0, MeshReplies.code(result), id));
  }

  private void completed(long id, AsyncResult<Message<Object>> result) {
    Outcome outcome = MeshReplies.outcome(id, MeshBody.Part.REPLY, result);
    if (outcome == Outcome.TORN) {
      self.complain("torn reply", id, result.result());
    }
    int code = MeshReplies.code(result);
    self.ledger().add(LedgerEntry.Kind.COMPLETED, outcome, code, id);
    if (outcome == Outcome.REPLIED && result.result().replyAddress() != null) {
      MeshBody answer = new MeshBody(id, MeshBody.Part.ANSWER);
      Object body = answer.body();
      result.result().reply(body, MeshReplies.options(answer));
      MeshBody.spoil(body);
    }
  }

  private void askForUnits(int peer, long now) {
    int units = window.ask(peer, now);
    if (units < 0) {
      return;
    }
    MeshPlan.Address address = self.plan().barrier(peer);
    int view = self.view().exporters(address);
    if (view == 0) {
      self.vertx().setTimer(RETRY_MILLIS, timer -> window.giveBack(peer, units));
      return;
    }
    int number = numbers.computeIfAbsent(key(Lane.EVENT_BUS, address), k -> new int[1])[0]++;
    long id = id(Lane.EVENT_BUS, address, Kind.REQUEST, Act.REPLY, number);
    MeshBody mesh = new MeshBody(id, MeshBody.Part.MESSAGE);
    int timeout = MessageId.timeoutMillis(id, address.role());
    self.ledger().add(LedgerEntry.Kind.SENT, view, timeout, id);
    self.ledger().waiting(1);
    bus.request(address.name(), mesh.body(), MeshReplies.options(mesh).setSendTimeout(timeout))
        .onComplete(
            result -> {
              completed(id, result);
              self.ledger().waiting(-1);
              if (result.succeeded()) {
                self.ledger().answered(peer);
                window.giveBack(peer, units);
              } else {
                // It is gone with all that was sent to it, or what was sent waits in its store.
                self.vertx().setTimer(RETRY_MILLIS, timer -> window.giveBack(peer, units));
              }
            });
  }
}
