package org.vertxipc.counters;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A number that is shown until it is removed. Thread-safe. */
public final class Shown {
  private final Object owner;
  private final String name;
  private final Map<String, String> tags;
  private final boolean level;
  private final LongSupplier value;

  Shown(Object owner, String name, Map<String, String> tags, boolean level, LongSupplier value) {
    this.owner = owner;
    this.name = name;
    this.tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    this.level = level;
    this.value = value;
  }

  boolean isOf(Object owner) {
    return this.owner == owner;
  }

  /**
   * Returns what it is.
   *
   * @return words joined by dots
   */
  public String name() {
    return name;
  }

  /**
   * Returns what it is of, for example the peer.
   *
   * @return sorted by key; it can't be changed
   */
  public Map<String, String> tags() {
    return tags;
  }

  /**
   * Returns whether it rises and falls.
   *
   * @return false when it counts, and so only rises
   */
  public boolean isLevel() {
    return level;
  }

  /**
   * Returns the number.
   *
   * @return as of a moment ago
   */
  public long value() {
    return value.getAsLong();
  }
}
