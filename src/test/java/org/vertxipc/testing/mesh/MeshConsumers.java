package org.vertxipc.testing.mesh;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.mesh.LedgerEntry.Change;

/**
 * Exports and withdraws addresses, registers and removes consumers, at random and from all threads
 * of a node. Actions on one address follow each other.
 */
final class MeshConsumers {
  private static final int TICK_MILLIS = 50;
  private static final int MOST_CONSUMERS = 3;
  private static final int PAUSE_MILLIS = 30;
  // A slow address changes once in this many ticks.
  private static final int SLOW_TICKS = 160;

  private final MeshSelf self;
  private final Random random;
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Spot> spots = new ArrayList<>();
  private volatile boolean changing;

  /** What there is of an address here. All but {@code busy} belongs to the thread that decides. */
  private static final class Spot {
    final MeshPlan.Address address;
    final List<Registered> consumers = new ArrayList<>();
    boolean exported;
    volatile boolean busy;

    Spot(MeshPlan.Address address) {
      this.address = address;
    }
  }

  private record Registered(int number, boolean local, Future<MessageConsumer<Object>> consumer) {}

  MeshConsumers(MeshSelf self, long seed) {
    this.self = self;
    this.random = new Random(seed);
  }

  /** Prepares addresses that are exported from the start, and those that may be exported later. */
  void prepare(List<String> exported) throws Exception {
    List<Future<?>> registered = new ArrayList<>();
    for (MeshPlan.Address address : self.plan().addresses()) {
      if (!address.mayBeOn(self.node().number())) {
        continue;
      }
      Spot spot = new Spot(address);
      spot.exported = exported.contains(address.name());
      if (spot.exported) {
        self.ledger().change(Change.EXPORT, address.number(), 0, false);
      }
      if (address.role().isPermanent() || random.nextInt(3) > 0) {
        registered.add(register(spot, random.nextInt(Places.COUNT), false));
      }
      if (!address.role().isPermanent()) {
        spots.add(spot);
      }
    }
    Await.get(Future.all(registered));
  }

  /** Starts to change things. */
  void start(List<String> exported) {
    for (MeshPlan.Address address : self.plan().addresses()) {
      if (exported.contains(address.name())) {
        self.ledger().change(Change.EXPORTED, address.number(), 0, false);
      }
    }
    changing = true;
    self.places().every(Places.PLAIN, TICK_MILLIS, this::tick);
  }

  void hush() {
    changing = false;
  }

  private void tick() {
    if (!changing) {
      return;
    }
    change(MeshPlan.Role.FAST);
    if (random.nextInt(SLOW_TICKS) == 0) {
      change(MeshPlan.Role.SLOW);
    }
  }

  private void change(MeshPlan.Role role) {
    List<Spot> some =
        spots.stream().filter(spot -> spot.address.role() == role && !spot.busy).toList();
    if (some.isEmpty()) {
      return;
    }
    Spot spot = some.get(random.nextInt(some.size()));
    int place = random.nextInt(Places.COUNT);
    spot.busy = true;
    // An export is there more often than not.
    int chance = random.nextInt(10);
    Future<?> done;
    if (!spot.exported || chance < 3) {
      done = spot.exported ? withdraw(spot, place) : export(spot, place);
    } else if (spot.consumers.isEmpty() || (chance < 6 && spot.consumers.size() < MOST_CONSUMERS)) {
      done = register(spot, place, random.nextInt(6) == 0);
    } else {
      Registered one = spot.consumers.get(random.nextInt(spot.consumers.size()));
      done = chance < 9 ? unregister(spot, one, place) : pause(one, place);
    }
    done.onComplete(result -> spot.busy = false);
  }

  private Future<?> export(Spot spot, int place) {
    spot.exported = true;
    return at(
        place,
        () -> {
          self.ledger().change(Change.EXPORT, spot.address.number(), 0, false);
          return self.bridge().export(spot.address.name());
        },
        () -> self.ledger().change(Change.EXPORTED, spot.address.number(), 0, false));
  }

  private Future<?> withdraw(Spot spot, int place) {
    spot.exported = false;
    return at(
        place,
        () -> {
          self.ledger().change(Change.WITHDRAW, spot.address.number(), 0, false);
          return self.bridge().withdraw(spot.address.name());
        },
        () -> self.ledger().change(Change.WITHDRAWN, spot.address.number(), 0, false));
  }

  private Future<?> register(Spot spot, int place, boolean local) {
    MeshConsumer consumer = new MeshConsumer(self, spot.address, numbers.incrementAndGet());
    int address = spot.address.number();
    Promise<MessageConsumer<Object>> made = Promise.promise();
    spot.consumers.add(new Registered(consumer.number(), local, made.future()));
    return at(
        place,
        () -> {
          self.ledger().change(Change.REGISTER, address, consumer.number(), local);
          String name = spot.address.name();
          MessageConsumer<Object> registered =
              local
                  ? self.vertx().eventBus().localConsumer(name, consumer::handle)
                  : self.vertx().eventBus().consumer(name, consumer::handle);
          made.complete(registered);
          return registered.completion();
        },
        () -> self.ledger().change(Change.REGISTERED, address, consumer.number(), local));
  }

  private Future<?> unregister(Spot spot, Registered one, int place) {
    spot.consumers.remove(one);
    int address = spot.address.number();
    return at(
        place,
        () -> {
          self.ledger().change(Change.UNREGISTER, address, one.number, one.local);
          return one.consumer.compose(MessageConsumer::unregister);
        },
        () -> self.ledger().change(Change.UNREGISTERED, address, one.number, one.local));
  }

  private Future<?> pause(Registered one, int place) {
    return at(
        place,
        () ->
            one.consumer.compose(
                consumer -> {
                  consumer.pause();
                  Promise<Void> resumed = Promise.promise();
                  self.vertx()
                      .setTimer(
                          PAUSE_MILLIS,
                          timer -> {
                            consumer.resume();
                            resumed.complete();
                          });
                  return resumed.future();
                }),
        () -> {});
  }

  private interface Task {
    Future<?> run();
  }

  /** Runs a task in a place, and something else when it has succeeded. */
  private Future<?> at(int place, Task task, Runnable then) {
    Promise<Void> done = Promise.promise();
    self.places()
        .run(
            place,
            () ->
                task.run()
                    .onComplete(
                        result -> {
                          if (result.succeeded()) {
                            then.run();
                          }
                          done.complete();
                        }));
    return done.future();
  }
}
