package org.vertxipc.machine;

/**
 * What changes a counter, which is zero before anybody does.
 *
 * @param <R> what it results in
 */
public sealed interface CounterCommand<R> extends Command<R> {

  /**
   * A number is added. It results in the new value; it wraps around as a {@code long} does.
   *
   * @param counter its name
   * @param delta what is added
   */
  record Add(String counter, long delta) implements CounterCommand<Long> {
    @Override
    public Long applyTo(Machine machine) {
      return machine.counters().add(counter, delta);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.ADD;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(counter).number(delta);
    }
  }

  /**
   * A value is set, if another is found. It results in whether it was.
   *
   * @param counter its name
   * @param expected what must be found
   * @param value the new value
   */
  record CompareAndSet(String counter, long expected, long value)
      implements CounterCommand<Boolean> {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.counters().compareAndSet(counter, expected, value);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.COMPARE_AND_SET;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(counter).number(expected).number(value);
    }
  }
}
