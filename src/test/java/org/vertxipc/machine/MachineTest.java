package org.vertxipc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tables of commands, what each results in, and what it tells. */
class MachineTest {
  private final Told told = new Told();
  private final Machine machine = new Machine(told);

  private void does(Command<?> command, Object result, String... tells) {
    assertEquals(result, machine.apply(command), command::toString);
    assertEquals(List.of(tells), told.take(), command::toString);
  }

  private static Command<?> join(String node) {
    return new MemberCommand.Join(node, 1, 2);
  }

  private static Command<?> leave(String node) {
    return new MemberCommand.Leave(node);
  }

  private static Command<?> register(String address, String node, long number) {
    return new RegistrationCommand.Register(address, node, number);
  }

  private static Command<?> unregister(String address, String node, long number) {
    return new RegistrationCommand.Unregister(address, node, number);
  }

  private static Command<?> acquire(String lock, String node, long ticket) {
    return new LockCommand.Acquire(lock, node, ticket);
  }

  private static Command<?> release(String lock, String node, long ticket) {
    return new LockCommand.Release(lock, node, ticket);
  }

  private static Command<?> cancel(String lock, String node, long ticket) {
    return new LockCommand.Cancel(lock, node, ticket);
  }

  private static List<String> lines(List<?> of) {
    List<String> lines = new ArrayList<>();
    for (Object each : of) {
      if (each instanceof Ticket ticket) {
        lines.add(ticket.node() + ticket.number());
      } else if (each instanceof Registration registration) {
        lines.add(registration.node() + registration.number());
      }
    }
    return lines;
  }

  private List<String> consumers(String address) {
    return lines(machine.registrations().of(address));
  }

  private List<String> tickets(String lock) {
    return lines(machine.locks().tickets(lock));
  }

  @Test
  void membersJoinAndLeave() {
    does(join("b"), true, "joined b");
    does(join("a"), true, "joined a");
    does(new MemberCommand.Join("b", 8, 9), false);
    assertEquals(new Members.Member("b", 1, 2, null), machine.members().get("b"));
    assertEquals(List.of("b", "a"), machine.members().names());
    does(leave("c"), false);
    does(leave("b"), true, "left b");
    does(leave("b"), false);
    assertNull(machine.members().get("b"));
    assertFalse(machine.members().contains("b"));
    assertTrue(machine.members().contains("a"));
    // Who comes back is the last.
    does(join("c"), true, "joined c");
    does(join("b"), true, "joined b");
    assertEquals(List.of("a", "c", "b"), machine.members().names());
  }

  @Test
  void aMemberSaysSomethingOfItself() {
    Bytes one = Steps.bytes("one");
    does(new MemberCommand.Info("a", one), false);
    does(join("a"), true, "joined a");
    does(new MemberCommand.Info("a", one), true);
    assertEquals(new Members.Member("a", 1, 2, one), machine.members().get("a"));
    does(new MemberCommand.Info("a", Steps.bytes("")), true);
    assertEquals(Steps.bytes(""), machine.members().get("a").info());
    does(leave("a"), true, "left a");
    does(join("a"), true, "joined a");
    assertNull(machine.members().get("a").info());
  }

  @Test
  void consumersComeAndGo() {
    does(register("x", "a", 1), false);
    does(join("a"), true, "joined a");
    does(join("b"), true, "joined b");
    does(register("x", "a", 2), true, "changed x");
    does(register("x", "b", 1), true, "changed x");
    does(register("x", "a", 1), true, "changed x");
    does(register("x", "a", 1), false);
    does(register("w", "a", 1), true, "changed w");
    assertEquals(List.of("a2", "b1", "a1"), consumers("x"));
    assertEquals(Map.of("x", 2, "w", 1), machine.registrations().of(machine.members().get("a")));
    does(unregister("x", "a", 3), false);
    does(unregister("y", "a", 1), false);
    does(unregister("x", "c", 1), false);
    does(unregister("x", "a", 2), true, "changed x");
    does(unregister("x", "a", 2), false);
    assertEquals(List.of("b1", "a1"), consumers("x"));
    assertEquals(Map.of("x", 1, "w", 1), machine.registrations().of(machine.members().get("a")));
    // In the order of the addresses, not of their consumers.
    does(leave("a"), true, "left a", "changed w", "changed x");
    assertEquals(List.of("b1"), consumers("x"));
    assertEquals(List.of(), consumers("w"));
    does(register("x", "a", 9), false);
    does(unregister("x", "b", 1), true, "changed x");
    does(leave("b"), true, "left b");
    assertEquals(new Machine(told), machine);
  }

  @Test
  void theOrderOfConsumersMakesADifference() {
    Machine other = new Machine(new Told());
    for (Command<?> each : List.of(join("a"), register("x", "a", 1), register("x", "a", 2))) {
      machine.apply(each);
      other.apply(each);
    }
    assertEquals(other, machine);
    machine.apply(unregister("x", "a", 1));
    machine.apply(register("x", "a", 1));
    assertEquals(List.of("a2", "a1"), consumers("x"));
    assertNotEquals(other, machine);
    told.take();
    machine.tellChanges(other, told);
    assertEquals(List.of("changed x"), told.take());
  }

  @Test
  void theFirstTicketHolds() {
    does(acquire("l", "a", 1), false);
    assertEquals(List.of(), machine.locks().names());
    does(join("a"), true, "joined a");
    does(join("b"), true, "joined b");
    does(acquire("l", "a", 1), true);
    does(acquire("l", "b", 1), false);
    does(acquire("l", "a", 2), false);
    // Asked again, they are where they were.
    does(acquire("l", "a", 1), true);
    does(acquire("l", "b", 1), false);
    assertEquals(List.of("a1", "b1", "a2"), tickets("l"));
    does(release("l", "b", 9), false);
    does(release("k", "b", 1), false);
    does(release("l", "a", 1), true, "granted l b1");
    does(release("l", "a", 1), false);
    assertEquals(new Ticket("b", 1), machine.locks().holder("l"));
    // Who waits may give its ticket back, too, and nobody is told.
    does(release("l", "a", 2), true);
    does(release("l", "b", 1), true);
    assertEquals(List.of(), machine.locks().names());
    assertNull(machine.locks().holder("l"));
    assertEquals(List.of(), tickets("l"));
  }

  @Test
  void onlyWhoWaitsCanCancel() {
    does(join("a"), true, "joined a");
    does(acquire("l", "a", 1), true);
    does(acquire("l", "a", 2), false);
    does(acquire("l", "a", 3), false);
    does(cancel("l", "a", 1), false);
    does(cancel("l", "a", 4), false);
    does(cancel("k", "a", 2), false);
    does(cancel("l", "a", 2), true);
    does(cancel("l", "a", 2), false);
    does(release("l", "a", 1), true, "granted l a3");
    // Granted by now: it must be released.
    does(cancel("l", "a", 3), false);
    assertEquals(List.of("a3"), tickets("l"));
    does(release("l", "a", 3), true);
    does(cancel("l", "a", 3), false);
  }

  @Test
  void whoLeavesLosesItsLocks() {
    for (String node : List.of("a", "b", "c")) {
      does(join(node), true, "joined " + node);
    }
    does(register("x", "a", 1), true, "changed x");
    // Held by who leaves: alone, with two tickets in front of others, and with a queue of its own.
    does(acquire("z", "a", 1), true);
    does(acquire("m", "a", 1), true);
    does(acquire("m", "a", 2), false);
    does(acquire("m", "b", 1), false);
    does(acquire("m", "c", 1), false);
    does(acquire("d", "a", 1), true);
    does(acquire("d", "a", 2), false);
    // Held by another, who keeps it.
    does(acquire("k", "b", 1), true);
    does(acquire("k", "a", 1), false);
    does(acquire("k", "c", 1), false);
    does(acquire("b", "a", 1), true);
    does(acquire("b", "c", 1), false);
    does(leave("a"), true, "left a", "changed x", "granted b c1", "granted m b1");
    assertEquals(List.of("b", "k", "m"), machine.locks().names());
    assertEquals(List.of("b1", "c1"), tickets("m"));
    assertEquals(List.of("b1", "c1"), tickets("k"));
    assertEquals(List.of("c1"), tickets("b"));
    does(release("m", "a", 1), false);
    // A node of the same name starts from nothing.
    does(join("a"), true, "joined a");
    assertEquals(Map.of(), machine.registrations().of(machine.members().get("a")));
    does(acquire("z", "a", 1), true);
  }

  @Test
  void countersCount() {
    Command<Long> one = new CounterCommand.Add("c", 1);
    does(new CounterCommand.Add("c", 0), 0L);
    does(one, 1L);
    does(new CounterCommand.Add("c", Long.MAX_VALUE - 1), Long.MAX_VALUE);
    does(one, Long.MIN_VALUE);
    does(new CounterCommand.Add("c", -1), Long.MAX_VALUE);
    does(new CounterCommand.CompareAndSet("c", 5, 7), false);
    assertEquals(Long.MAX_VALUE, machine.counters().get("c"));
    does(new CounterCommand.CompareAndSet("c", Long.MAX_VALUE, 1000), true);
    does(new CounterCommand.CompareAndSet("d", 1, 2), false);
    does(new CounterCommand.CompareAndSet("d", 0, -2), true);
    assertEquals(Map.of("c", 1000L, "d", -2L), machine.counters().all());
    assertEquals(0, machine.counters().get("e"));
    // One that is zero again is as one that was never used.
    does(new CounterCommand.Add("c", -1000), 0L);
    does(new CounterCommand.CompareAndSet("d", -2, 0), true);
    assertEquals(new Machine(told), machine);
  }

  /** Nodes that leave take nothing along but what is theirs. */
  @Test
  void mapsAndCountersOutliveTheirUsers() {
    does(join("a"), true, "joined a");
    does(new CounterCommand.Add("c", 3), 3L);
    machine.apply(
        new MapCommand.Set(
            "m", Steps.bytes("k"), Condition.ALWAYS, null, Steps.bytes("v"), MapCommand.FOREVER));
    does(leave("a"), true, "left a");
    assertEquals(3, machine.counters().get("c"));
    assertEquals(1, machine.maps().size("m", 0));
  }

  /** Who came and went in between is not told. */
  @Test
  void changesAreToldInOrder() {
    Machine before = new Machine(new Told());
    for (Command<?> each :
        List.of(
            join("a"),
            join("b"),
            register("y", "a", 1),
            register("x", "b", 1),
            acquire("l", "a", 1),
            acquire("l", "b", 1),
            acquire("k", "b", 2))) {
      before.apply(each);
      machine.apply(each);
    }
    for (Command<?> each :
        List.of(leave("a"), join("d"), join("c"), leave("d"), register("w", "c", 1))) {
      machine.apply(each);
    }
    told.take();
    machine.tellChanges(before, told);
    assertEquals(
        List.of("left a", "joined c", "changed y", "changed w", "granted l b1"), told.take());
  }

  /** Each of these machines differs from all others, most of them in an order only. */
  @Test
  void machinesThatDifferAreNotEqual() {
    List<List<Command<?>>> all =
        List.of(
            List.of(),
            List.of(join("a")),
            List.of(join("a"), new MemberCommand.Info("a", Steps.bytes(""))),
            List.of(join("a"), join("b")),
            List.of(join("b"), join("a")),
            List.of(new MemberCommand.Join("a", 1, 3)),
            List.of(new MemberCommand.Join("a", 2, 2)),
            List.of(join("a"), register("x", "a", 1)),
            List.of(join("a"), register("y", "a", 1)),
            List.of(join("a"), register("x", "a", 2)),
            List.of(join("a"), register("x", "a", 1), register("x", "a", 2)),
            List.of(join("a"), register("x", "a", 2), register("x", "a", 1)),
            List.of(new CounterCommand.Add("c", 1)),
            List.of(new CounterCommand.Add("c", 2)),
            List.of(new CounterCommand.Add("d", 1)),
            List.of(join("a"), acquire("l", "a", 1)),
            List.of(join("a"), acquire("k", "a", 1)),
            List.of(join("a"), acquire("l", "a", 2)),
            List.of(join("a"), acquire("l", "a", 1), acquire("l", "a", 2)),
            List.of(join("a"), acquire("l", "a", 2), acquire("l", "a", 1)));
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < all.size(); j++) {
        Machine one = new Machine(new Told());
        Machine other = new Machine(new Told());
        all.get(i).forEach(one::apply);
        all.get(j).forEach(other::apply);
        assertEquals(i == j, one.equals(other), all.get(i) + " and " + all.get(j));
      }
    }
  }
}
