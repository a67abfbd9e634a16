package org.vertxipc.testing.history;

import java.util.List;

/**
 * What a client asked of an object that processes share, and what came of it.
 *
 * @param client who asked; it asks one thing at a time
 * @param object whom, for instance {@code counter/c}; see {@link Model#of}
 * @param call what it asked for
 * @param arguments of the call
 * @param result what it was told, null when it was not told anything
 * @param invoked when it asked, in nanoseconds of a clock that all clients share
 * @param returned when it was told, or {@link #NEVER}
 */
public record Operation(
    String client,
    String object,
    String call,
    List<String> arguments,
    String result,
    long invoked,
    long returned) {

  /** When an operation returns that does not. */
  public static final long NEVER = Long.MAX_VALUE;

  public Operation {
    arguments = List.copyOf(arguments);
    if (returned < invoked) {
      throw new IllegalArgumentException("it returned before it was invoked: " + call);
    }
    if ((result == null) != (returned == NEVER)) {
      throw new IllegalArgumentException("a result without a return, or none with one: " + call);
    }
  }

  /** Whether it may have taken effect at any time after its invocation, or never. */
  public boolean isPending() {
    return returned == NEVER;
  }

  /** The same as it was known at a time at which it had not returned. */
  Operation pending() {
    return new Operation(client, object, call, arguments, null, invoked, NEVER);
  }

  /** Whether there was a moment at which neither this nor the other had returned. */
  boolean overlaps(Operation other) {
    return invoked <= other.returned && other.invoked <= returned;
  }

  @Override
  public String toString() {
    return client
        + ": "
        + call
        + "("
        + String.join(", ", arguments)
        + ")"
        + (isPending() ? ", which never returned" : " -> " + result);
  }
}
