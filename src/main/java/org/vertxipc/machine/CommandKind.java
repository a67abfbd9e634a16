package org.vertxipc.machine;

import java.util.function.Function;

/** All commands, with the numbers by which replicas know them. */
enum CommandKind {
  JOIN(1, in -> new MemberCommand.Join(in.text(), in.number(), in.longNumber())),
  LEAVE(2, in -> new MemberCommand.Leave(in.text())),
  INFO(3, in -> new MemberCommand.Info(in.text(), in.present())),
  REGISTER(4, in -> new RegistrationCommand.Register(in.text(), in.text(), in.longNumber())),
  UNREGISTER(5, in -> new RegistrationCommand.Unregister(in.text(), in.text(), in.longNumber())),
  SET(
      6,
      in ->
          new MapCommand.Set(
              in.text(),
              in.present(),
              Condition.of(in.small()),
              in.bytes(),
              in.bytes(),
              in.longNumber(),
              in.longNumber(),
              in.longNumber())),
  CLEAR(7, in -> new MapCommand.Clear(in.text())),
  ADD(8, in -> new CounterCommand.Add(in.text(), in.longNumber())),
  COMPARE_AND_SET(
      9, in -> new CounterCommand.CompareAndSet(in.text(), in.longNumber(), in.longNumber())),
  ACQUIRE(10, in -> new LockCommand.Acquire(in.text(), in.text(), in.longNumber())),
  RELEASE(11, in -> new LockCommand.Release(in.text(), in.text(), in.longNumber())),
  CANCEL(12, in -> new LockCommand.Cancel(in.text(), in.text(), in.longNumber()));

  private static final CommandKind[] ALL = values();

  private final int number;

  @SuppressWarnings("ImmutableEnumChecker") // Each is a constructor.
  private final Function<CommandInput, Command<?>> reader;

  CommandKind(int number, Function<CommandInput, Command<?>> reader) {
    this.number = number;
    this.reader = reader;
  }

  int number() {
    return number;
  }

  static CommandKind of(int number) {
    for (CommandKind kind : ALL) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new BadCommandException("a command of kind " + number);
  }

  Command<?> read(CommandInput in) {
    return reader.apply(in);
  }
}
