package org.vertxipc.machine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The counters. One that is zero is as one that was never used. */
public final class Counters {
  private final Map<String, Long> all = new TreeMap<>();

  Counters() {}

  long add(String counter, long delta) {
    return set(counter, get(counter) + delta);
  }

  boolean compareAndSet(String counter, long expected, long value) {
    if (get(counter) != expected) {
      return false;
    }
    set(counter, value);
    return true;
  }

  private long set(String counter, long value) {
    if (value == 0) {
      all.remove(counter);
    } else {
      all.put(counter, value);
    }
    return value;
  }

  /**
   * Returns the value of a counter.
   *
   * @param counter its name
   * @return 0 when nobody has used it
   */
  public long get(String counter) {
    return all.getOrDefault(counter, 0L);
  }

  /**
   * Returns all counters that are not zero.
   *
   * @return a copy
   */
  public Map<String, Long> all() {
    return new TreeMap<>(all);
  }

  void snapshot(Consumer<Command<?>> to) {
    all.forEach((name, value) -> to.accept(new CounterCommand.Add(name, value)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Counters counters && all.equals(counters.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }
}
