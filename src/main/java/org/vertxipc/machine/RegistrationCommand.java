package org.vertxipc.machine;

/**
 * What changes who consumes from an address. It results in false when it changes nothing, as when
 * the node is no member.
 */
public sealed interface RegistrationCommand extends Command<Boolean> {

  /**
   * A node has a consumer.
   *
   * @param address of the event bus
   * @param node its name
   * @param number which of its consumers
   */
  record Register(String address, String node, long number) implements RegistrationCommand {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.members().contains(node)
          && machine.registrations().add(address, new Registration(node, number));
    }

    @Override
    public CommandKind kind() {
      return CommandKind.REGISTER;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(address).text(node).number(number);
    }
  }

  /**
   * A node has a consumer no more.
   *
   * @param address of the event bus
   * @param node its name
   * @param number which of its consumers
   */
  record Unregister(String address, String node, long number) implements RegistrationCommand {
    @Override
    public Boolean applyTo(Machine machine) {
      return machine.registrations().remove(address, new Registration(node, number));
    }

    @Override
    public CommandKind kind() {
      return CommandKind.UNREGISTER;
    }

    @Override
    public void write(CommandOutput out) {
      out.text(address).text(node).number(number);
    }
  }
}
