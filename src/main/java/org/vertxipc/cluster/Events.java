package org.vertxipc.cluster;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.vertxipc.machine.MachineListener;
import org.vertxipc.machine.Ticket;

/**
 * Keeps what the machine has done until nothing is locked any more, and then tells it in the same
 * order. Recording and taking are each done by one thread at a time, which the replica sees to.
 */
final class Events implements MachineListener {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final String self;
  private final NodeEvents to;
  private Supplier<List<String>> members = List::of;
  private boolean silent;
  private boolean forOthers;
  private volatile boolean pending;

  /** Who is told. */
  interface NodeEvents {
    /** A node has joined; those are the members then. */
    void joined(String node, List<String> members);

    /** A node has left; those are the members then. */
    void left(String node, List<String> members);

    /** The consumers of an address are others than before. */
    void registrationsChanged(String address);

    /** A ticket of this node holds its lock. */
    void granted(String lock, long ticket);
  }

  Events(String self, NodeEvents to) {
    this.self = self;
    this.to = to;
  }

  /** From where the members are read when somebody joins or leaves. */
  void members(Supplier<List<String>> source) {
    members = source;
  }

  /** Records nothing while a state is built that was there before. */
  void silent(boolean value) {
    silent = value;
  }

  boolean isSilent() {
    return silent;
  }

  @Override
  public void joined(String node) {
    List<String> now = silent ? List.of() : members.get();
    add(() -> to.joined(node, now));
  }

  @Override
  public void left(String node) {
    List<String> now = silent ? List.of() : members.get();
    add(() -> to.left(node, now));
  }

  @Override
  public void registrationsChanged(String address) {
    add(() -> to.registrationsChanged(address));
  }

  @Override
  public void granted(String lock, Ticket ticket) {
    if (ticket.node().equals(self)) {
      add(() -> to.granted(lock, ticket.number()));
    } else {
      forOthers = true;
    }
  }

  private void add(Runnable event) {
    if (!silent) {
      forOthers = true;
      tell(event);
    }
  }

  /** Keeps something else to be told after that. May be called on any thread. */
  void tell(Runnable event) {
    synchronized (waiting) {
      waiting.add(event);
      pending = true;
    }
  }

  /** Returns whether something has happened, since this was last asked, that others wait for. */
  boolean takeForOthers() {
    boolean taken = forOthers;
    forOthers = false;
    return taken;
  }

  /** Returns whether something is not told yet, or is being told. */
  boolean isPending() {
    return pending;
  }

  /** Returns what is to be told next, null for nothing. */
  Runnable next() {
    synchronized (waiting) {
      Runnable event = waiting.poll();
      pending = event != null;
      return event;
    }
  }
}
