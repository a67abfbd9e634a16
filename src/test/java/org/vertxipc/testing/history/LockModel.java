package org.vertxipc.testing.history;

import java.util.Optional;

/** A lock: the client that holds it, or {@link #FREE}. */
final class LockModel implements Model<String> {
  static final String FREE = "";

  /** The result of an acquisition that was given up. */
  static final String TIMED_OUT = "timed-out";

  /** Called by nobody: the process of the client is dead, so at some time its lock is free. */
  static final String DEATH = "death";

  @Override
  public String initial() {
    return FREE;
  }

  @Override
  public Optional<String> step(String holder, Operation op) {
    boolean free = holder.equals(FREE);
    boolean own = holder.equals(op.client());
    return switch (op.call()) {
      case "acquire" -> {
        if (TIMED_OUT.equals(op.result())) {
          // It changes nothing, but somebody else must have had the lock when it came.
          yield free || own ? Optional.empty() : Optional.of(holder);
        }
        yield free ? Model.after(op, YES, op.client()) : Optional.empty();
      }
      case "release" -> own ? Model.after(op, YES, FREE) : Optional.empty();
      case DEATH -> own ? Optional.of(FREE) : Optional.empty();
      default -> throw new IllegalArgumentException("a lock has no " + op.call());
    };
  }
}
