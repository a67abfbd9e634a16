package org.vertxipc.metrics;

import io.micrometer.core.instrument.Meter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vertxipc.counters.Shown;

/**
 * What one meter reads: a number, or several that it can't tell apart. The value is thread-safe.
 */
final class Metered {
  private final List<Shown> numbers = new CopyOnWriteArrayList<>();
  private final boolean level;
  private Meter.Id id;

  Metered(boolean level) {
    this.level = level;
  }

  /** Takes the name and tags of the meter, after the filters of its registry. */
  void shownAs(Meter.Id id) {
    this.id = id;
  }

  Meter.Id id() {
    return id;
  }

  void add(Shown number) {
    numbers.add(number);
  }

  /** Removes a number; returns whether it was the last one. */
  boolean remove(Shown number) {
    numbers.remove(number);
    return numbers.isEmpty();
  }

  /** Returns the sum of counts, and the highest of levels, which may be times. */
  double value() {
    return level
        ? numbers.stream().mapToLong(Shown::value).max().orElse(0)
        : numbers.stream().mapToLong(Shown::value).sum();
  }
}
