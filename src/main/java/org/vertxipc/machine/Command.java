package org.vertxipc.machine;

/**
 * What changes the state of a cluster. All replicas apply the same commands in the same order, and
 * what a command results in comes of applying it.
 *
 * @param <R> what it results in
 */
public sealed interface Command<R>
    permits MemberCommand, RegistrationCommand, MapCommand, CounterCommand, LockCommand {

  /** Changes the state, and returns what comes of it. */
  R applyTo(Machine machine);

  /** Which of all commands it is. */
  CommandKind kind();

  /** Adds what {@link CommandKind} reads. */
  void write(CommandOutput out);

  /**
   * Returns the command as it is at a moment, which is taken when its place among the others is
   * certain.
   *
   * @param nanos of {@code CLOCK_MONOTONIC}
   * @return a command without times of its own returns itself
   */
  default Command<R> at(long nanos) {
    return this;
  }

  /**
   * Returns the bytes that all replicas read.
   *
   * @return a new array
   */
  default byte[] encode() {
    CommandOutput out = new CommandOutput().small(kind().number());
    write(out);
    return out.toArray();
  }

  /**
   * Reads a command.
   *
   * @param bytes all of it; they are not trusted
   * @return the command
   * @throws BadCommandException when they are none
   */
  static Command<?> decode(byte[] bytes) {
    CommandInput in = new CommandInput(bytes);
    Command<?> command = CommandKind.of(in.small()).read(in);
    in.end();
    return command;
  }
}
