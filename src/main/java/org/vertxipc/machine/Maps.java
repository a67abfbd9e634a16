package org.vertxipc.machine;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The maps. An entry may have an end, which a command that comes after it removes. */
public final class Maps {
  private final Map<String, Map<Bytes, Entry>> all = new TreeMap<>();
  // What has an end, the next one first. What was replaced or removed is not here: a key that is
  // set every second, to live for a day each time, is here once.
  private final NavigableSet<Due> due = new TreeSet<>();

  private record Entry(Bytes value, long deadline) {
    boolean livesAt(long now) {
      return deadline > now;
    }

    boolean ends() {
      return deadline != MapCommand.FOREVER;
    }
  }

  private record Due(long deadline, String map, Bytes key) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int order = Long.compare(deadline, other.deadline);
      order = order != 0 ? order : map.compareTo(other.map);
      return order != 0 ? order : key.compareTo(other.key);
    }
  }

  Maps() {}

  MapCommand.Change set(MapCommand.Set command) {
    expire(command.now());
    Map<Bytes, Entry> map = all.get(command.map());
    Entry entry = map == null ? null : map.get(command.key());
    Bytes found = entry == null ? null : entry.value();
    boolean done = command.condition().holds(found, command.expected());
    if (done) {
      if (entry != null) {
        forgetEnd(command.map(), command.key(), entry);
      }
      if (command.value() != null) {
        put(command.map(), command.key(), new Entry(command.value(), command.deadline()));
      } else if (entry != null) {
        remove(command.map(), command.key());
      }
    }
    return new MapCommand.Change(done, found);
  }

  private void put(String map, Bytes key, Entry entry) {
    all.computeIfAbsent(map, m -> new HashMap<>()).put(key, entry);
    if (entry.ends()) {
      due.add(new Due(entry.deadline(), map, key));
    }
  }

  private void remove(String name, Bytes key) {
    Map<Bytes, Entry> map = all.get(name);
    map.remove(key);
    if (map.isEmpty()) {
      all.remove(name);
    }
  }

  private void forgetEnd(String map, Bytes key, Entry entry) {
    if (entry.ends()) {
      due.remove(new Due(entry.deadline(), map, key));
    }
  }

  private void expire(long now) {
    while (!due.isEmpty() && due.first().deadline() <= now) {
      Due next = due.pollFirst();
      remove(next.map(), next.key());
    }
  }

  int clear(String map) {
    Map<Bytes, Entry> entries = all.remove(map);
    if (entries == null) {
      return 0;
    }
    entries.forEach((key, entry) -> forgetEnd(map, key, entry));
    return entries.size();
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
   * Returns the entries of a map.
   *
   * @param map its name
   * @param now nanoseconds of {@code CLOCK_MONOTONIC}: what is due is left out
   * @return a copy
   */
  public Map<Bytes, Bytes> entries(String map, long now) {
    Map<Bytes, Bytes> found = new HashMap<>();
    forEach(map, now, found::put);
    return found;
  }

  /**
   * Returns how many entries a map has.
   *
   * @param map its name
   * @param now nanoseconds of {@code CLOCK_MONOTONIC}: what is due is left out
   * @return the number
   */
  public int size(String map, long now) {
    int size = all.getOrDefault(map, Map.of()).size();
    for (Due next : due) {
      if (next.deadline() > now) {
        break;
      }
      if (next.map().equals(map)) {
        size--;
      }
    }
    return size;
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
    return other instanceof Maps maps && all.equals(maps.all) && due.equals(maps.due);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }
}
