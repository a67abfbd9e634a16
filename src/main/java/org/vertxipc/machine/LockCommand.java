package org.vertxipc.machine;

/** What changes a lock: whoever has the first of its tickets holds it. */
public sealed interface LockCommand extends Command<Boolean> {

  /**
   * A node takes a ticket. It results in whether that holds the lock at once; otherwise the node is
   * told once it does.
   *
   * @param lock its name
   * @param node its name
   * @param ticket which of the tickets of the node
   */
  record Acquire(String lock, String node, long ticket) implements LockCommand {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.members().contains(node)
          && machine.locks().acquire(lock, new Ticket(node, ticket));
    }

    @Override
    public CommandKind kind() {
      return CommandKind.ACQUIRE;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(lock).text(node).number(ticket);
    }
  }

  /**
   * A node gives its ticket back. It results in whether it had it.
   *
   * @param lock its name
   * @param node its name
   * @param ticket which of the tickets of the node
   */
  record Release(String lock, String node, long ticket) implements LockCommand {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.locks().release(lock, new Ticket(node, ticket));
    }

    @Override
    public CommandKind kind() {
      return CommandKind.RELEASE;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(lock).text(node).number(ticket);
    }
  }

  /**
   * A node gives its ticket back, unless that holds the lock by now. It results in whether it did.
   *
   * @param lock its name
   * @param node its name
   * @param ticket which of the tickets of the node
   */
  record Cancel(String lock, String node, long ticket) implements LockCommand {
    @Override
    public Boolean applyTo(Machine machine) {
      Ticket mine = new Ticket(node, ticket);
      return !mine.equals(machine.locks().holder(lock)) && machine.locks().release(lock, mine);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.CANCEL;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(lock).text(node).number(ticket);
    }
  }
}
