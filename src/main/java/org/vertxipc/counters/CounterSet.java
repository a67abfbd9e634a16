package org.vertxipc.counters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The numbers that a node shows: counters, and what is looked up when it is shown. They come and go
 * with what they are of. One thread only.
 */
public final class CounterSet {
  private final List<Entry> entries = new ArrayList<>();
  private long version;

  /** A number that is shown until it is removed. */
  static final class Entry {
    final String name;
    final Map<String, String> tags;
    final LongSupplier value;
    private final Object owner;

    Entry(Object owner, String name, Map<String, String> tags, LongSupplier value) {
      this.owner = owner;
      this.name = name;
      this.tags = new TreeMap<>(tags);
      this.value = value;
    }
  }

  /** Creates an empty set. */
  public CounterSet() {}

  /**
   * Shows a new counter.
   *
   * @param owner what it is removed with
   * @param name what is counted
   * @param tags what it is counted of
   * @return the counter
   */
  public Counter counter(Object owner, String name, Map<String, String> tags) {
    Counter counter = new Counter();
    show(owner, name, tags, counter::sum);
    return counter;
  }

  /**
   * Shows a number that is looked up when it is needed.
   *
   * @param owner what it is removed with
   * @param name what it is
   * @param tags what it is of
   * @param value called on the set's thread
   */
  public void show(Object owner, String name, Map<String, String> tags, LongSupplier value) {
    entries.add(new Entry(owner, name, tags, value));
    version++;
  }

  /**
   * Shows the numbers of something no longer.
   *
   * @param owner as it was given
   */
  public void remove(Object owner) {
    if (entries.removeIf(entry -> entry.owner == owner)) {
      version++;
    }
  }

  /** Returns all numbers, in the order in which they were added. */
  List<Entry> entries() {
    return entries;
  }

  /** Returns a number that changes when entries are added or removed. */
  long version() {
    return version;
  }
}
