package org.vertxipc.link;

import java.util.EnumSet;
import java.util.function.Consumer;

/** Says whether the program is read, which several may stop. One thread only. */
final class Intake {
  /** Why it is not read. */
  enum Reason {
    /** The bridge is paused. */
    PAUSED,
    /** Nobody listens to what the program says. */
    UNHEARD
  }

  private final EnumSet<Reason> reasons = EnumSet.noneOf(Reason.class);
  private Consumer<Boolean> source = stopped -> {};

  /** Sets what is told, now and at each change, whether to stop. */
  void source(Consumer<Boolean> source) {
    this.source = source;
    source.accept(isStopped());
  }

  boolean isStopped() {
    return !reasons.isEmpty();
  }

  void set(Reason reason, boolean stopped) {
    boolean before = isStopped();
    if (stopped) {
      reasons.add(reason);
    } else {
      reasons.remove(reason);
    }
    if (before != isStopped()) {
      source.accept(isStopped());
    }
  }
}
