package org.vertxipc.machine;

/** Is told what a machine does, in the order in which it does so. */
public interface MachineListener {
  /**
   * A node has joined.
   *
   * @param node its name
   */
  default void joined(String node) {}

  /**
   * A node has left.
   *
   * @param node its name
   */
  default void left(String node) {}

  /**
   * The consumers of an address are others than before.
   *
   * @param address of the event bus
   */
  default void registrationsChanged(String address) {}

  /**
   * A ticket that has waited holds its lock.
   *
   * @param lock its name
   * @param ticket which
   */
  default void granted(String lock, Ticket ticket) {}
}
