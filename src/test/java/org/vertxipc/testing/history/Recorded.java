package org.vertxipc.testing.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes histories of an object of the JDK to which clients do one operation after the other. Each
 * takes effect at a moment that only this class knows, and overlaps those of other clients. The
 * last one of some clients does not return, and has taken effect or not.
 */
final class Recorded {
  /** What the object is. */
  enum Kind {
    ENTRY("entry/m/k"),
    COUNTER("counter/c"),
    /** No number is given twice. */
    GROWING_COUNTER("counter/c"),
    LOCK("lock/l");

    private final String object;

    Kind(String object) {
      this.object = object;
    }

    String object() {
      return object;
    }
  }

  private static final int STEP = 10;
  private static final String KEY = "k";

  private final Kind kind;
  private final Random random;
  private final int clients;
  private final ConcurrentMap<String, String> map = new ConcurrentHashMap<>();
  private final AtomicLong counter = new AtomicLong();
  private String holder;
  private int values;

  /** An operation at the moment of its effect. */
  private record Effect(
      int client, long when, String call, List<String> arguments, String result) {}

  Recorded(Kind kind, long seed, int clients) {
    this.kind = kind;
    this.random = new Random(seed);
    this.clients = clients;
  }

  List<Operation> history(int length) {
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      effects.add(effect(random.nextInt(clients), (long) STEP * (i + 1)));
    }
    return spread(effects);
  }

  /** Gives each operation a time before and after its effect, without overlaps of one client. */
  private List<Operation> spread(List<Effect> effects) {
    Map<Integer, Long> free = new HashMap<>();
    List<Operation> history = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      Effect effect = effects.get(i);
      long next =
          effects.subList(i + 1, effects.size()).stream()
              .filter(other -> other.client() == effect.client())
              .mapToLong(Effect::when)
              .findFirst()
              .orElse(Operation.NEVER);
      long invoked = between(Math.max(free.getOrDefault(effect.client(), 0L), 1), effect.when());
      boolean returns = next < Operation.NEVER || random.nextInt(2) == 0;
      long returned = between(effect.when(), Math.min(next - 1, effect.when() + 5L * STEP));
      history.add(
          new Operation(
              "c" + effect.client(),
              kind.object(),
              effect.call(),
              effect.arguments(),
              returns ? effect.result() : null,
              invoked,
              returns ? returned : Operation.NEVER));
      free.put(effect.client(), returned + 1);
    }
    for (int i = 0; i < clients && !effects.isEmpty(); i++) {
      if (random.nextInt(4) == 0) {
        withoutEffect(i, free, history);
      }
    }
    history.sort(Comparator.comparingLong(Operation::invoked));
    return history;
  }

  /** Adds one that never returned, and has never taken effect. */
  private void withoutEffect(int client, Map<Integer, Long> free, List<Operation> history) {
    String name = "c" + client;
    if (history.stream().noneMatch(op -> op.client().equals(name) && op.isPending())) {
      String call =
          switch (kind) {
            case ENTRY -> "remove";
            case COUNTER, GROWING_COUNTER -> "incrementAndGet";
            case LOCK -> "acquire";
          };
      long invoked = free.getOrDefault(client, 1L);
      history.add(
          new Operation(name, kind.object(), call, List.of(), null, invoked, Operation.NEVER));
    }
  }

  private long between(long first, long last) {
    return first + random.nextInt(Math.toIntExact(last - first + 1));
  }

  private Effect effect(int client, long when) {
    return switch (kind) {
      case ENTRY -> entry(client, when);
      case COUNTER -> counter(client, when);
      case GROWING_COUNTER -> growingCounter(client, when);
      case LOCK -> lock(client, when);
    };
  }

  private Effect entry(int client, long when) {
    String value = Integer.toString(++values);
    String last = Integer.toString(1 + random.nextInt(values));
    return switch (random.nextInt(8)) {
      case 0, 1 -> {
        map.put(KEY, value);
        yield new Effect(client, when, "put", List.of(value), Model.YES);
      }
      case 2 -> new Effect(client, when, "remove", List.of(), known(map.remove(KEY)));
      case 3 ->
          new Effect(
              client, when, "putIfAbsent", List.of(value), known(map.putIfAbsent(KEY, value)));
      case 4 -> new Effect(client, when, "replace", List.of(value), known(map.replace(KEY, value)));
      case 5 ->
          new Effect(
              client,
              when,
              "replaceIfPresent",
              List.of(last, value),
              yes(map.replace(KEY, last, value)));
      case 6 ->
          new Effect(client, when, "removeIfPresent", List.of(last), yes(map.remove(KEY, last)));
      default -> new Effect(client, when, "get", List.of(), known(map.get(KEY)));
    };
  }

  private static String known(String value) {
    return value == null ? EntryModel.ABSENT : value;
  }

  private static String yes(boolean done) {
    return done ? Model.YES : Model.NO;
  }

  private Effect counter(int client, long when) {
    if (random.nextInt(3) > 0) {
      return growingCounter(client, when);
    }
    long expected = counter.get() + random.nextInt(2);
    long next = random.nextInt(5);
    return new Effect(
        client,
        when,
        "compareAndSet",
        List.of(Long.toString(expected), Long.toString(next)),
        yes(counter.compareAndSet(expected, next)));
  }

  private Effect growingCounter(int client, long when) {
    long number = 1L + random.nextInt(3);
    return switch (random.nextInt(3)) {
      case 0 ->
          new Effect(
              client, when, "incrementAndGet", List.of(), Long.toString(counter.incrementAndGet()));
      case 1 ->
          new Effect(
              client,
              when,
              "addAndGet",
              List.of(Long.toString(number)),
              Long.toString(counter.addAndGet(number)));
      default -> new Effect(client, when, "get", List.of(), Long.toString(counter.get()));
    };
  }

  private Effect lock(int client, long when) {
    String name = "c" + client;
    if (name.equals(holder)) {
      holder = null;
      return new Effect(client, when, "release", List.of(), Model.YES);
    }
    if (holder == null) {
      holder = name;
      return new Effect(client, when, "acquire", List.of(), Model.YES);
    }
    return new Effect(client, when, "acquire", List.of(), LockModel.TIMED_OUT);
  }

  /** The same history, but that some have the results of others, or another number. */
  List<Operation> withOtherResults(List<Operation> history, int changes) {
    List<Operation> changed = new ArrayList<>(history);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(changed.size());
      Operation op = changed.get(at);
      Operation other = changed.get(random.nextInt(changed.size()));
      String result = other.isPending() ? "1" : other.result();
      if (!op.isPending()) {
        changed.set(
            at,
            new Operation(
                op.client(),
                op.object(),
                op.call(),
                op.arguments(),
                result,
                op.invoked(),
                op.returned()));
      }
    }
    return changed;
  }
}
