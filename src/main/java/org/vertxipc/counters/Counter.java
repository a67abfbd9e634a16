package org.vertxipc.counters;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A number that one thread counts up and any thread reads. Counting costs one store: opaque mode
 * lets readers see the new value in finite time, and the counting thread pays for no fence.
 */
public final class Counter {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(Counter.class, "count", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long count;

  /** Creates a counter that stands at 0. */
  public Counter() {}

  /** Counts one. One thread only. */
  public void increment() {
    COUNT.setOpaque(this, count + 1);
  }

  /**
   * Counts several. One thread only.
   *
   * @param more how many, at least 0
   */
  public void add(long more) {
    COUNT.setOpaque(this, count + more);
  }

  /**
   * Raises the count to a new maximum, if it is one. One thread only.
   *
   * @param value as it is now
   */
  public void reach(long value) {
    if (value > count) {
      COUNT.setOpaque(this, value);
    }
  }

  /**
   * Returns the count.
   *
   * @return as of a moment ago
   */
  public long sum() {
    return (long) COUNT.getOpaque(this);
  }
}
