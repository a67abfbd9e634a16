package org.vertxipc.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who is in the cluster, in the order in which they joined. */
public final class Members {
  private final Map<String, Member> all = new LinkedHashMap<>();
  private final MachineListener listener;

  Members(MachineListener listener) {
    this.listener = listener;
  }

  /**
   * A node.
   *
   * @param node its name
   * @param slot the number by which the kernel tells whether it lives
   * @param pid of its process, for people
   * @param info what it has said of itself, null for nothing yet
   */
  public record Member(String node, int slot, long pid, Bytes info) {}

  boolean join(String node, int slot, long pid) {
    if (all.putIfAbsent(node, new Member(node, slot, pid, null)) != null) {
      return false;
    }
    listener.joined(node);
    return true;
  }

  boolean leave(String node) {
    if (all.remove(node) == null) {
      return false;
    }
    listener.left(node);
    return true;
  }

  boolean describe(String node, Bytes info) {
    return all.computeIfPresent(node, (n, m) -> new Member(n, m.slot(), m.pid(), info)) != null;
  }

  /**
   * Returns whether a node is a member.
   *
   * @param node its name
   * @return whether it has joined, and not left
   */
  public boolean contains(String node) {
    return all.containsKey(node);
  }

  /**
   * Returns a member.
   *
   * @param node its name
   * @return null when it is none
   */
  public Member get(String node) {
    return all.get(node);
  }

  /**
   * Returns all members.
   *
   * @return a copy
   */
  public List<Member> all() {
    return new ArrayList<>(all.values());
  }

  /**
   * Returns the names of all members.
   *
   * @return a copy
   */
  public List<String> names() {
    return new ArrayList<>(all.keySet());
  }

  void snapshot(Consumer<Command<?>> to) {
    for (Member each : all.values()) {
      to.accept(new MemberCommand.Join(each.node(), each.slot(), each.pid()));
      if (each.info() != null) {
        to.accept(new MemberCommand.Info(each.node(), each.info()));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Members members && all().equals(members.all());
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }
}
