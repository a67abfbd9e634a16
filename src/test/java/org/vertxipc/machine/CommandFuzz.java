package org.vertxipc.machine;

/**
 * Fuzzes the commands of others, which may be anything. The input is a command, or is refused; what
 * is a command can be applied, and written again. Jazzer calls it.
 */
public final class CommandFuzz {
  private CommandFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Command<?> command;
    try {
      command = Command.decode(input);
    } catch (BadCommandException e) {
      require(!e.getMessage().isEmpty());
      return;
    }
    byte[] again = command.encode();
    require(Command.decode(again).equals(command));
    Machine machine = new Machine(new Told());
    machine.apply(new MemberCommand.Join("a", 1, 1));
    machine.apply(command);
    Machine restored = new Machine(new Told());
    machine.snapshot(restored::apply);
    require(restored.equals(machine));
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new AssertionError("does not hold");
    }
  }
}
