package org.vertxipc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Checks for random commands what holds of all of them. */
class MachinePropertyTest {
  private static final int REPLICAS = 3;

  @Provide
  Arbitrary<Steps.Log> logs() {
    return Steps.logs();
  }

  /**
   * A replica goes on.
   *
   * @param replica which
   * @param count of the commands that it is given
   * @param source of which it is restored before, itself for not at all
   */
  record Turn(int replica, int count, int source) {}

  @Provide
  Arbitrary<List<Turn>> turns() {
    Arbitrary<Integer> replicas = Arbitraries.integers().between(0, REPLICAS - 1);
    return Combinators.combine(replicas, Arbitraries.integers().between(0, 40), replicas)
        .as(Turn::new)
        .list()
        .ofMaxSize(20);
  }

  /** Also of one that was restored: what it tells later does not come of how it got there. */
  @Property(tries = 700, edgeCases = EdgeCasesMode.NONE)
  void allReplicasDoTheSame(@ForAll("logs") Steps.Log log, @ForAll("turns") List<Turn> turns) {
    List<Replica.Effect> effects = Replica.effects(log);
    List<Replica> replicas = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(new Replica());
    }
    for (Turn turn : turns) {
      if (turn.source() != turn.replica()) {
        replicas.set(turn.replica(), Replica.restored(replicas.get(turn.source())));
      }
      replicas.get(turn.replica()).take(log, effects, turn.count());
    }
    Machine one = new Machine(new Told());
    log.log().forEach(one::apply);
    for (Replica replica : replicas) {
      replica.take(log, effects, log.size());
      assertEquals(log.size(), replica.position());
      assertEquals(one, replica.machine());
      assertEquals(one.hashCode(), replica.machine().hashCode());
      for (int later : new int[] {0, 1, 3, 50}) {
        assertEquals(
            State.of(one, log.end() + later), State.of(replica.machine(), log.end() + later));
      }
    }
  }

  @Property(tries = 700, edgeCases = EdgeCasesMode.NONE)
  void aMachineDoesWhatASimpleOneDoes(@ForAll("logs") Steps.Log log) {
    Machine machine = new Machine(new Told());
    Model model = new Model();
    for (int i = 0; i < log.size(); i++) {
      Command<?> command = log.log().get(i);
      assertEquals(model.apply(command), machine.apply(command), command::toString);
      model.check(machine, log.times().get(i));
      model.check(machine, log.times().get(i) + 2);
    }
  }

  /** What is told is what differs, each thing once, and not what a command itself results in. */
  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void allThatChangesIsToldOnce(@ForAll("logs") Steps.Log log) {
    Told told = new Told();
    Machine machine = new Machine(told);
    State before = State.of(machine, 0);
    for (Command<?> command : log.log()) {
      machine.apply(command);
      State after = State.of(machine, 0);
      List<String> expected = differences(before, after, false);
      assertEquals(expected, told.take(), command::toString);
      before = after;
    }
  }

  /** In the order of the names, but who has left first. */
  private static List<String> differences(State before, State after, boolean atOnce) {
    List<String> lines = new ArrayList<>();
    List<String> were = names(before);
    List<String> are = names(after);
    were.stream().filter(node -> !are.contains(node)).map(Told::leftLine).forEach(lines::add);
    are.stream().filter(node -> !were.contains(node)).map(Told::joinedLine).forEach(lines::add);
    for (String address : Steps.ADDRESSES) {
      if (!before.consumers().get(address).equals(after.consumers().get(address))) {
        lines.add(Told.changedLine(address));
      }
    }
    new TreeMap<>(after.locks())
        .forEach(
            (lock, tickets) -> {
              List<Ticket> waited = before.locks().getOrDefault(lock, List.of());
              Ticket holder = tickets.get(0);
              if (waited.indexOf(holder) != 0 && (atOnce || waited.contains(holder))) {
                lines.add(Told.grantedLine(lock, holder));
              }
            });
    return lines;
  }

  private static List<String> names(State state) {
    return state.members().stream().map(Members.Member::node).toList();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void queuesOfLocksAreFairAndOfMembersOnly(@ForAll("logs") Steps.Log log) {
    Machine machine = new Machine(new Told());
    for (Command<?> command : log.log()) {
      Map<String, List<Ticket>> before = State.of(machine, 0).locks();
      machine.apply(command);
      Map<String, List<Ticket>> after = State.of(machine, 0).locks();
      for (String lock : Steps.LOCKS) {
        List<Ticket> tickets = new ArrayList<>(after.getOrDefault(lock, List.of()));
        tickets.forEach(ticket -> assertTrue(machine.members().contains(ticket.node())));
        List<Ticket> stayed = new ArrayList<>(before.getOrDefault(lock, List.of()));
        stayed.retainAll(tickets);
        assertEquals(stayed, tickets.subList(0, stayed.size()), command::toString);
        int came =
            command instanceof LockCommand.Acquire acquire && acquire.lock().equals(lock) ? 1 : 0;
        assertTrue(tickets.size() <= stayed.size() + came, command::toString);
        assertEquals(Set.copyOf(tickets).size(), tickets.size());
        assertEquals(tickets.isEmpty() ? null : tickets.get(0), machine.locks().holder(lock));
      }
      assertEquals(after.keySet().stream().sorted().toList(), machine.locks().names());
      after.values().forEach(tickets -> assertTrue(!tickets.isEmpty()));
    }
  }

  /** What somebody knows of the members, of the consumers and of who holds a lock. */
  private static final class View implements MachineListener {
    private final Set<String> members;
    private final Map<String, List<Registration>> consumers;
    private final Map<String, Ticket> holders = new TreeMap<>();
    private final Machine asked;

    View(Machine before, Machine asked) {
      State state = State.of(before, 0);
      this.members = new TreeSet<>(names(state));
      this.consumers = new TreeMap<>(state.consumers());
      state.locks().forEach((lock, tickets) -> holders.put(lock, tickets.get(0)));
      this.asked = asked;
    }

    @Override
    public void joined(String node) {
      members.add(node);
    }

    @Override
    public void left(String node) {
      members.remove(node);
    }

    @Override
    public void registrationsChanged(String address) {
      consumers.put(address, asked.registrations().of(address));
    }

    @Override
    public void granted(String lock, Ticket ticket) {
      holders.put(lock, ticket);
    }

    /** That a lock is free is told to nobody. */
    void check() {
      View now = new View(asked, asked);
      holders.keySet().retainAll(now.holders.keySet());
      assertEquals(now.members, members);
      assertEquals(now.consumers, consumers);
      assertEquals(now.holders, holders);
    }
  }

  @Property(tries = 700, edgeCases = EdgeCasesMode.NONE)
  void whatChangedInBetweenIsTold(
      @ForAll("logs") Steps.Log log, @ForAll @IntRange(max = 150) int first) {
    Machine before = new Machine(new Told());
    Machine after = new Machine(new Told());
    log.log().stream().limit(first).forEach(before::apply);
    log.log().forEach(after::apply);
    View view = new View(before, after);
    after.tellChanges(before, view);
    view.check();
    Told told = new Told();
    after.tellChanges(before, told);
    // The order of the addresses is that of their first consumers.
    assertEquals(
        differences(State.of(before, 0), State.of(after, 0), true).stream().sorted().toList(),
        told.take().stream().sorted().toList());
    after.tellChanges(after, told);
    assertEquals(List.of(), told.take());
  }
}
