package org.vertxipc.machine;

/**
 * What changes a map.
 *
 * @param <R> what it results in
 */
public sealed interface MapCommand<R> extends Command<R> {
  /** A time to live, or a deadline, that never ends. */
  long FOREVER = Long.MAX_VALUE;

  /**
   * An entry is set or removed, if a condition holds. What is due at the command's own time is
   * removed before.
   *
   * @param map its name
   * @param key of the entry
   * @param condition when
   * @param expected the value for {@link Condition#EQUAL}, else null
   * @param value the new value, null to remove it
   * @param lifetime in nanoseconds, {@link #FOREVER} for no end
   * @param now nanoseconds of {@code CLOCK_MONOTONIC}, see {@link #at}
   * @param deadline when the entry ends, of the same clock, see {@link #at}
   */
  record Set(
      String map,
      Bytes key,
      Condition condition,
      Bytes expected,
      Bytes value,
      long lifetime,
      long now,
      long deadline)
      implements MapCommand<Change> {

    /**
     * A change whose times are not yet known.
     *
     * @param map its name
     * @param key of the entry
     * @param condition when
     * @param expected the value for {@link Condition#EQUAL}, else null
     * @param value the new value, null to remove it
     * @param lifetime in nanoseconds, {@link #FOREVER} for no end
     */
    public Set(
        String map, Bytes key, Condition condition, Bytes expected, Bytes value, long lifetime) {
      this(map, key, condition, expected, value, lifetime, Long.MIN_VALUE, FOREVER);
    }

    @Override
    public Set at(long nanos) {
      // Compared this way, because the difference of FOREVER and a negative time would overflow.
      boolean ends = lifetime != FOREVER && (nanos <= 0 || lifetime <= FOREVER - nanos);
      long end = ends ? nanos + lifetime : FOREVER;
      return new Set(map, key, condition, expected, value, lifetime, nanos, end);
    }

    @Override
    public Change applyTo(Machine machine) {
      return machine.maps().set(this);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.SET;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(map)
          .present(key)
          .small(condition.number())
          .bytes(expected)
          .bytes(value)
          .number(lifetime)
          .number(now)
          .number(deadline);
    }
  }

  /**
   * What a {@link Set} did.
   *
   * @param done whether the condition held
   * @param previous the value before, null when there was none
   */
  record Change(boolean done, Bytes previous) {}

  /**
   * A map loses all entries. It results in how many there were.
   *
   * @param map its name
   */
  record Clear(String map) implements MapCommand<Integer> {
    @Override
    public Integer applyTo(Machine machine) {
      return machine.maps().clear(map);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.CLEAR;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(map);
    }
  }
}
