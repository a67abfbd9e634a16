package org.vertxipc.machine;

import java.util.function.Consumer;

/**
 * The state of a cluster: members, consumers, maps, counters and locks. Two machines that were
 * given the same commands in the same order are equal, and so is one that was given what {@link
 * #snapshot} says of another. Not thread-safe.
 */
public final class Machine {
  private final Members members;
  private final Registrations registrations;
  private final Maps maps = new Maps();
  private final Counters counters = new Counters();
  private final Locks locks;

  /**
   * An empty one.
   *
   * @param listener is told what commands do
   */
  public Machine(MachineListener listener) {
    this.members = new Members(listener);
    this.registrations = new Registrations(listener);
    this.locks = new Locks(listener);
  }

  /**
   * Applies a command.
   *
   * @param command whatever it is, the machine stays usable
   * @param <R> what it results in
   * @return what comes of it
   */
  public <R> R apply(Command<R> command) {
    return command.applyTo(this);
  }

  /**
   * Says what makes an empty machine equal to this one.
   *
   * @param to is given commands, in the order in which they must be applied
   */
  public void snapshot(Consumer<Command<?>> to) {
    members.snapshot(to);
    registrations.snapshot(to);
    maps.snapshot(to);
    counters.snapshot(to);
    locks.snapshot(to);
  }

  /**
   * Tells what is other than in a machine that was given only the first of the same commands. What
   * came and went in between is not told.
   *
   * @param before the other machine
   * @param to is told who left, who joined, and the rest
   */
  public void tellChanges(Machine before, MachineListener to) {
    for (String node : before.members.names()) {
      if (!members.contains(node)) {
        to.left(node);
      }
    }
    for (String node : members.names()) {
      if (!before.members.contains(node)) {
        to.joined(node);
      }
    }
    registrations.tellChanges(before.registrations, to);
    locks.tellChanges(before.locks, to);
  }

  /**
   * Returns the members.
   *
   * @return to be read
   */
  public Members members() {
    return members;
  }

  /**
   * Returns the consumers.
   *
   * @return to be read
   */
  public Registrations registrations() {
    return registrations;
  }

  /**
   * Returns the maps.
   *
   * @return to be read
   */
  public Maps maps() {
    return maps;
  }

  /**
   * Returns the counters.
   *
   * @return to be read
   */
  public Counters counters() {
    return counters;
  }

  /**
   * Returns the locks.
   *
   * @return to be read
   */
  public Locks locks() {
    return locks;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Machine machine
        && members.equals(machine.members)
        && registrations.equals(machine.registrations)
        && maps.equals(machine.maps)
        && counters.equals(machine.counters)
        && locks.equals(machine.locks);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }
}
