package org.vertxipc.machine;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The maps. An entry may have an end, which a command that comes after it removes. */
public final class Maps {
  private final Map<String, Map<Bytes, Entry>> all = new TreeMap<>();
  // What has an end, the next one first. An entry that was replaced stays here until its end.
  private final PriorityQueue<Due> due = new PriorityQueue<>();

  private record Entry(Bytes value, long deadline) {
    boolean livesAt(long now) {
      return deadline > now;
    }
  }

  private record Due(long deadline, String map, Bytes key) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(deadline, other.deadline);
    }
  }

  Maps() {}

  MapCommand.Change set(MapCommand.Set command) {
    expire(command.now());
    Map<Bytes, Entry> map = all.get(command.map());
    Entry entry = map == null ? null : map.get(command.key());
    Bytes found = entry == null ? null : entry.value();
    boolean done = command.condition().holds(found, command.expected());
    if (done && command.value() == null) {
      if (found != null) {
        remove(command.map(), map, command.key());
      }
    } else if (done) {
      long deadline = command.deadline();
      all.computeIfAbsent(command.map(), m -> new HashMap<>())
          .put(command.key(), new Entry(command.value(), deadline));
      if (deadline != MapCommand.FOREVER) {
        due.add(new Due(deadline, command.map(), command.key()));
      }
    }
    return new MapCommand.Change(done, found);
  }

  private void remove(String name, Map<Bytes, Entry> map, Bytes key) {
    map.remove(key);
    if (map.isEmpty()) {
      all.remove(name);
    }
  }

  private void expire(long now) {
    Due next = due.peek();
    while (next != null && next.deadline() <= now) {
      due.remove();
      Map<Bytes, Entry> map = all.get(next.map());
      Entry entry = map == null ? null : map.get(next.key());
      // It may have been replaced by one that lives longer.
      if (entry != null && !entry.livesAt(now)) {
        remove(next.map(), map, next.key());
      }
      next = due.peek();
    }
  }

  int clear(String map) {
    Map<Bytes, Entry> entries = all.remove(map);
    return entries == null ? 0 : entries.size();
  }

  /**
   * Returns a value.
   *
   * @param map its name
   * @param key of the entry
   * @param now nanoseconds of {@code CLOCK_MONOTONIC}: what is due is not found
   * @return null when there is none
   */
  public Bytes get(String map, Bytes key, long now) {
    Map<Bytes, Entry> entries = all.get(map);
    Entry entry = entries == null ? null : entries.get(key);
    return entry != null && entry.livesAt(now) ? entry.value() : null;
  }

  /**
   * Visits the entries of a map.
   *
   * @param map its name
   * @param now nanoseconds of {@code CLOCK_MONOTONIC}: what is due is left out
   * @param visitor is given key and value
   */
  public void forEach(String map, long now, BiConsumer<Bytes, Bytes> visitor) {
    Map<Bytes, Entry> entries = all.getOrDefault(map, Map.of());
    entries.forEach(
        (key, entry) -> {
          if (entry.livesAt(now)) {
            visitor.accept(key, entry.value());
          }
        });
  }

  /**
   * Returns how many entries a map has.
   *
   * @param map its name
   * @param now nanoseconds of {@code CLOCK_MONOTONIC}: what is due is left out
   * @return the number
   */
  public int size(String map, long now) {
    Map<Bytes, Entry> entries = all.getOrDefault(map, Map.of());
    Due next = due.peek();
    if (next == null || next.deadline() > now) {
      return entries.size();
    }
    return (int) entries.values().stream().filter(entry -> entry.livesAt(now)).count();
  }

  /**
   * Returns the names of the maps that have entries.
   *
   * @return a copy, in the order of the names
   */
  public Iterable<String> names() {
    return new TreeMap<>(all).keySet();
  }

  void snapshot(Consumer<Command<?>> to) {
    all.forEach(
        (name, entries) -> {
          Iterator<Map.Entry<Bytes, Entry>> each = entries.entrySet().iterator();
          while (each.hasNext()) {
            Map.Entry<Bytes, Entry> next = each.next();
            to.accept(
                new MapCommand.Set(
                    name,
                    next.getKey(),
                    Condition.ALWAYS,
                    null,
                    next.getValue().value(),
                    MapCommand.FOREVER,
                    Long.MIN_VALUE,
                    next.getValue().deadline()));
          }
        });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Maps maps && all.equals(maps.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }
}
