package org.vertxipc.machine;

/**
 * What changes who is in the cluster.
 *
 * @param <R> what it results in
 */
public sealed interface MemberCommand<R> extends Command<R> {

  /**
   * A node joins. It results in false when there is one of that name.
   *
   * @param node its name
   * @param slot the number by which the kernel tells whether it lives
   * @param pid of its process, for people
   */
  record Join(String node, int slot, long pid) implements MemberCommand<Boolean> {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.members().join(node, slot, pid);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.JOIN;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(node).number(slot).number(pid);
    }
  }

  /**
   * A node leaves, or is dead: what it has registered and locked goes with it. It results in false
   * when it was no member.
   *
   * @param node its name
   */
  record Leave(String node) implements MemberCommand<Boolean> {
    @Override
    public Boolean applyTo(Machine machine) {
      if (!machine.members().leave(node)) {
        return false;
      }
      machine.registrations().forget(node);
      machine.locks().forget(node);
      return true;
    }

    @Override
    public CommandKind kind() {
      return CommandKind.LEAVE;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(node);
    }
  }

  /**
   * A member says something of itself. It results in false when it is no member.
   *
   * @param node its name
   * @param info what it says
   */
  record Info(String node, Bytes info) implements MemberCommand<Boolean> {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.members().describe(node, info);
    }

    @Override
    public CommandKind kind() {
      return CommandKind.INFO;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(node).present(info);
    }
  }
}
