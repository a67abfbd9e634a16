package org.vertxipc.bridge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Several Vert.x on several buses, who of them imports and exports one address, and who has
 * consumers of it.
 *
 * @param nodes how many Vert.x
 * @param buses how many buses
 * @param roles that of node i on bus b at {@code i * buses + b}
 * @param consumers of each node
 * @param sender that sends besides node 0
 * @param mostTurns for which records wait at their readers
 * @param tight whether there is little room on the way
 * @param slow whether interceptors wait
 * @param seed of what else is random
 */
record World(
    int nodes,
    int buses,
    List<Role> roles,
    List<Consumers> consumers,
    int sender,
    int mostTurns,
    boolean tight,
    boolean slow,
    long seed) {

  /** The role of a Vert.x on a bus. */
  enum Role {
    ABSENT,
    BOTH,
    IMPORTS,
    EXPORTS,
    NEITHER;

    boolean imports() {
      return this == BOTH || this == IMPORTS;
    }

    boolean exports() {
      return this == BOTH || this == EXPORTS;
    }
  }

  /** The consumers of a Vert.x. */
  enum Consumers {
    NONE(0),
    ONE(1),
    TWO(2),
    /** A consumer that comes while messages are under way. */
    LATE(1),
    /** A consumer that goes while messages are under way. */
    GOING(1);

    final int count;

    Consumers(int count) {
      this.count = count;
    }
  }

  Role role(int node, int bus) {
    return roles.get(node * buses + bus);
  }

  /** Returns whether all nodes of a bus import and export there. */
  boolean isOpen() {
    return roles.stream()
        .limit((long) nodes * buses)
        .allMatch(r -> r == Role.ABSENT || r == Role.BOTH);
  }

  /** Returns whether consumers come or go while messages are under way. */
  boolean isChanging() {
    return consumers.stream()
        .limit(nodes)
        .anyMatch(c -> c == Consumers.LATE || c == Consumers.GOING);
  }

  /**
   * The nodes to whose consumers a publish of a node comes: what comes by a bus leaves by others.
   */
  Set<Integer> reached(int from) {
    Set<Integer> reached = new TreeSet<>();
    Set<List<Integer>> seen = new HashSet<>();
    Deque<List<Integer>> todo = new ArrayDeque<>();
    todo.add(List.of(from, -1));
    while (!todo.isEmpty()) {
      List<Integer> at = todo.poll();
      if (seen.add(at)) {
        reached.add(at.get(0));
        for (int bus = 0; bus < buses; bus++) {
          if (bus != at.get(1) && role(at.get(0), bus).imports()) {
            todo.addAll(behind(bus, at.get(0), from));
          }
        }
      }
    }
    return reached;
  }

  private List<List<Integer>> behind(int bus, int sender, int from) {
    List<List<Integer>> next = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      if (i != sender && i != from && role(i, bus).exports()) {
        next.add(List.of(i, bus));
      }
    }
    return next;
  }

  /** Returns whether a send of a node can come to a consumer of one of these kinds. */
  boolean hasConsumer(int from, Set<Consumers> kinds) {
    return reached(from).stream().anyMatch(i -> kinds.contains(consumers.get(i)));
  }
}
