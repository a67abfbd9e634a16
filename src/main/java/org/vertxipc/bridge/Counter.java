package org.vertxipc.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A number that one thread counts up and any thread reads. */
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

  Counter() {}

  void increment() {
    // Opaque mode: readers see the new value in finite time, and the counting thread pays for no
    // fence.
    COUNT.setOpaque(this, count + 1);
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
