package org.vertxipc.testing.history;

import java.util.Optional;

/** A counter, which begins with 0. */
final class CounterModel implements Model<Long> {
  @Override
  public Long initial() {
    return 0L;
  }

  @Override
  public Optional<Long> step(Long count, Operation op) {
    return switch (op.call()) {
      case "get" -> became(op, count);
      case "incrementAndGet" -> became(op, count + 1);
      case "addAndGet" -> became(op, count + argument(op, 0));
      case "compareAndSet" ->
          count == argument(op, 0)
              ? Model.after(op, YES, argument(op, 1))
              : Model.after(op, NO, count);
      default -> throw new IllegalArgumentException("a counter has no " + op.call());
    };
  }

  private static Optional<Long> became(Operation op, long count) {
    return Model.after(op, Long.toString(count), count);
  }

  private static long argument(Operation op, int index) {
    return Long.parseLong(op.arguments().get(index));
  }
}
