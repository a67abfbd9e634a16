package org.vertxipc.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Random commands over few names, so that they meet. One that has an end lives for moments only,
 * and the clock moves by moments.
 */
final class Steps {
  static final List<String> NODES = List.of("a", "b", "c", "d");
  static final List<String> ADDRESSES = List.of("news", "orders", "prices");
  static final List<String> MAPS = List.of("sessions", "users");
  static final List<String> COUNTERS = List.of("hits", "ids");
  static final List<String> LOCKS = List.of("door", "gate");

  // The keys of the first two have the same hash.
  static final List<Bytes> KEYS = List.of(bytes("Aa"), bytes("BB"), bytes(""), bytes("k"));
  private static final List<Bytes> VALUES = List.of(bytes("1"), bytes("2"));

  private Steps() {}

  static Bytes bytes(String text) {
    return new Bytes(text.getBytes(UTF_8));
  }

  /**
   * Commands in their places.
   *
   * @param log each as it is at its time
   * @param times never go back
   */
  record Log(List<Command<?>> log, List<Long> times) {
    int size() {
      return log.size();
    }

    /** When everything is over. */
    long end() {
      return times.isEmpty() ? 0 : times.get(times.size() - 1);
    }
  }

  static Arbitrary<Log> logs() {
    Arbitrary<Long> starts = Arbitraries.of(0L, 1L << 50, Long.MAX_VALUE - (1 << 20), -100L);
    return Combinators.combine(
            starts, commands().list().ofMaxSize(150), pauses().list().ofSize(150))
        .as(Steps::log);
  }

  private static Log log(long start, List<Command<?>> commands, List<Integer> pauses) {
    List<Command<?>> timed = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    long now = start;
    for (Command<?> each : commands) {
      now += pauses.get(times.size());
      timed.add(each.at(now));
      times.add(now);
    }
    return new Log(timed, times);
  }

  private static Arbitrary<Integer> pauses() {
    return Arbitraries.frequency(
        Tuple.of(4, 0), Tuple.of(4, 1), Tuple.of(2, 2), Tuple.of(1, 10), Tuple.of(1, 1000));
  }

  private static Arbitrary<Long> lifetimes() {
    return Arbitraries.of(1L, 2L, 3L, 10L, 50L, MapCommand.FOREVER, MapCommand.FOREVER - 1);
  }

  private static Arbitrary<Long> few() {
    return Arbitraries.longs().between(1, 3);
  }

  private static Arbitrary<Long> counts() {
    return Arbitraries.of(0L, 1L, -1L, 2L, Long.MAX_VALUE, Long.MIN_VALUE);
  }

  private static Arbitrary<Command<?>> commands() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, members()),
        Tuple.of(4, consumers()),
        Tuple.of(6, maps()),
        Tuple.of(2, counters()),
        Tuple.of(6, locks()));
  }

  private static Arbitrary<Command<?>> members() {
    Arbitrary<String> nodes = Arbitraries.of(NODES);
    return Arbitraries.frequencyOf(
        Tuple.of(
            4, Combinators.combine(nodes, few(), few()).as((n, s, p) -> join(n, s.intValue(), p))),
        Tuple.of(1, nodes.map(MemberCommand.Leave::new)),
        Tuple.of(1, Combinators.combine(nodes, values()).as(MemberCommand.Info::new)));
  }

  private static Command<?> join(String node, int slot, long pid) {
    return new MemberCommand.Join(node, slot, pid);
  }

  private static Arbitrary<Bytes> values() {
    return Arbitraries.of(VALUES);
  }

  private static Arbitrary<Command<?>> consumers() {
    Arbitrary<String> addresses = Arbitraries.of(ADDRESSES);
    Arbitrary<String> nodes = Arbitraries.of(NODES);
    return Arbitraries.frequencyOf(
        Tuple.of(
            3, Combinators.combine(addresses, nodes, few()).as(RegistrationCommand.Register::new)),
        Tuple.of(
            1,
            Combinators.combine(addresses, nodes, few()).as(RegistrationCommand.Unregister::new)));
  }

  private static Arbitrary<Command<?>> maps() {
    Arbitrary<Command<?>> set =
        Combinators.combine(
                Arbitraries.of(MAPS),
                Arbitraries.of(KEYS),
                Arbitraries.of(Condition.class),
                values().injectNull(0.1),
                values().injectNull(0.2),
                lifetimes())
            .as(MapCommand.Set::new);
    return Arbitraries.frequencyOf(
        Tuple.of(12, set), Tuple.of(1, Arbitraries.of(MAPS).map(MapCommand.Clear::new)));
  }

  private static Arbitrary<Command<?>> counters() {
    Arbitrary<String> counters = Arbitraries.of(COUNTERS);
    return Arbitraries.oneOf(
        List.of(
            Combinators.combine(counters, counts()).as(CounterCommand.Add::new),
            Combinators.combine(counters, counts(), counts())
                .as(CounterCommand.CompareAndSet::new)));
  }

  private static Arbitrary<Command<?>> locks() {
    Arbitrary<String> locks = Arbitraries.of(LOCKS);
    Arbitrary<String> nodes = Arbitraries.of(NODES);
    return Arbitraries.frequencyOf(
        Tuple.of(3, Combinators.combine(locks, nodes, few()).as(LockCommand.Acquire::new)),
        Tuple.of(2, Combinators.combine(locks, nodes, few()).as(LockCommand.Release::new)),
        Tuple.of(1, Combinators.combine(locks, nodes, few()).as(LockCommand.Cancel::new)));
  }
}
