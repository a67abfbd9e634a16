package org.vertxipc.testing.history;

import java.util.Optional;

/**
 * What an object does when one operation after the other takes effect on it.
 *
 * @param <S> its states, which have {@code equals} and {@code hashCode}, and never change
 */
public interface Model<S> {
  /** What an operation that changes something results in when it has done nothing. */
  String NO = "no";

  /** What an operation that changes something results in when it has done it. */
  String YES = "yes";

  /** The state before all operations. */
  S initial();

  /**
   * Lets an operation take effect.
   *
   * @param state before it
   * @param operation one without a result may have had any
   * @return the state after it; empty when it can't have had its result in the state before it
   */
  Optional<S> step(S state, Operation operation);

  /**
   * Returns the model of an object, which the part of its name before the first slash says.
   *
   * @param object its name
   */
  static Model<?> of(String object) {
    return switch (object.substring(0, Math.max(0, object.indexOf('/')))) {
      case "entry" -> new EntryModel();
      case "counter" -> new CounterModel();
      case "lock" -> new LockModel();
      default -> throw new IllegalArgumentException("no model of " + object);
    };
  }

  /** The state after an operation whose result is known when it has returned. */
  static <S> Optional<S> after(Operation operation, String result, S state) {
    return operation.isPending() || operation.result().equals(result)
        ? Optional.of(state)
        : Optional.empty();
  }
}
