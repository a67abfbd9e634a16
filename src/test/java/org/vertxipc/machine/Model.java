package org.vertxipc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a machine does, in the simplest way: lists that are searched, and ends that are looked for
 * everywhere.
 */
final class Model {
  private final Set<String> members = new HashSet<>();
  private final List<Consumer> consumers = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();
  private final Map<String, Long> counters = new HashMap<>();
  private final Map<String, List<Ticket>> locks = new HashMap<>();

  private record Consumer(String address, String node, long number) {}

  private record Item(String map, Bytes key, Bytes value, long end) {
    boolean is(String m, Bytes k) {
      return map.equals(m) && key.equals(k);
    }
  }

  /** Returns what the command must result in. */
  Object apply(Command<?> command) {
    if (command instanceof MemberCommand.Join join) {
      return members.add(join.node());
    } else if (command instanceof MemberCommand.Leave leave) {
      consumers.removeIf(c -> c.node().equals(leave.node()));
      locks.values().forEach(l -> l.removeIf(t -> t.node().equals(leave.node())));
      return members.remove(leave.node());
    } else if (command instanceof MemberCommand.Info info) {
      return members.contains(info.node());
    } else if (command instanceof RegistrationCommand.Register r) {
      Consumer consumer = new Consumer(r.address(), r.node(), r.number());
      return members.contains(r.node()) && !consumers.contains(consumer) && consumers.add(consumer);
    } else if (command instanceof RegistrationCommand.Unregister r) {
      return consumers.remove(new Consumer(r.address(), r.node(), r.number()));
    } else if (command instanceof MapCommand.Set set) {
      return set(set);
    } else if (command instanceof MapCommand.Clear clear) {
      int before = items.size();
      items.removeIf(item -> item.map().equals(clear.map()));
      return before - items.size();
    } else if (command instanceof CounterCommand.Add add) {
      return counters.merge(add.counter(), add.delta(), Long::sum);
    } else if (command instanceof CounterCommand.CompareAndSet cas) {
      boolean same = counters.getOrDefault(cas.counter(), 0L) == cas.expected();
      counters.put(cas.counter(), same ? cas.value() : counters.getOrDefault(cas.counter(), 0L));
      return same;
    }
    return lock((LockCommand) command);
  }

  private MapCommand.Change set(MapCommand.Set set) {
    items.removeIf(item -> item.end() <= set.now() && item.end() != MapCommand.FOREVER);
    Bytes found = get(set.map(), set.key(), set.now());
    boolean done =
        switch (set.condition()) {
          case ALWAYS -> true;
          case ABSENT -> found == null;
          case PRESENT -> found != null;
          case EQUAL -> found != null && Objects.equals(found, set.expected());
        };
    if (done) {
      items.removeIf(item -> item.is(set.map(), set.key()));
      if (set.value() != null) {
        long left = Long.MAX_VALUE - Math.max(0, set.now());
        long end = set.lifetime() >= left ? MapCommand.FOREVER : set.now() + set.lifetime();
        items.add(new Item(set.map(), set.key(), set.value(), end));
      }
    }
    return new MapCommand.Change(done, found);
  }

  private Boolean lock(LockCommand command) {
    if (command instanceof LockCommand.Acquire acquire) {
      Ticket ticket = new Ticket(acquire.node(), acquire.ticket());
      List<Ticket> queue = locks.computeIfAbsent(acquire.lock(), l -> new ArrayList<>());
      if (members.contains(acquire.node()) && !queue.contains(ticket)) {
        queue.add(ticket);
      }
      return queue.indexOf(ticket) == 0;
    } else if (command instanceof LockCommand.Release release) {
      return tickets(release.lock()).remove(new Ticket(release.node(), release.ticket()));
    }
    LockCommand.Cancel cancel = (LockCommand.Cancel) command;
    Ticket ticket = new Ticket(cancel.node(), cancel.ticket());
    return tickets(cancel.lock()).indexOf(ticket) > 0 && tickets(cancel.lock()).remove(ticket);
  }

  private List<Ticket> tickets(String lock) {
    return locks.getOrDefault(lock, new ArrayList<>());
  }

  private Bytes get(String map, Bytes key, long now) {
    return entries(map, now).get(key);
  }

  private Map<Bytes, Bytes> entries(String map, long now) {
    Map<Bytes, Bytes> entries = new HashMap<>();
    for (Item item : items) {
      if (item.map().equals(map) && item.end() > now) {
        entries.put(item.key(), item.value());
      }
    }
    return entries;
  }

  /** Fails unless a machine has what this has. */
  void check(Machine machine, long now) {
    assertEquals(members, new HashSet<>(machine.members().names()));
    for (String address : Steps.ADDRESSES) {
      List<Registration> expected = new ArrayList<>();
      for (Consumer each : consumers) {
        if (each.address().equals(address)) {
          expected.add(new Registration(each.node(), each.number()));
        }
      }
      assertEquals(expected, machine.registrations().of(address), address);
    }
    State state = State.of(machine, now);
    for (String map : Steps.MAPS) {
      Map<Bytes, Bytes> expected = entries(map, now);
      assertEquals(expected, state.maps().get(map));
      assertEquals(expected.size(), state.sizes().get(map));
      for (Bytes key : Steps.KEYS) {
        assertEquals(expected.get(key), machine.maps().get(map, key, now), map);
      }
    }
    for (String counter : Steps.COUNTERS) {
      assertEquals(counters.getOrDefault(counter, 0L), machine.counters().get(counter), counter);
    }
    for (String lock : Steps.LOCKS) {
      assertEquals(tickets(lock), machine.locks().tickets(lock), lock);
      Ticket holder = tickets(lock).isEmpty() ? null : tickets(lock).get(0);
      assertEquals(holder, machine.locks().holder(lock), lock);
    }
  }
}
