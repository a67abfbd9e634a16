package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Decides which nodes a mesh has, and which addresses: everything follows from a seed. */
public final class MeshPlan {
  private static final int NODES = 6;
  private static final int STEADY = 3;
  private static final int CHANGING = 6;

  private final long seed;
  private final List<String> transports;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Address> addresses = new ArrayList<>();

  /**
   * A node of the bus.
   *
   * @param steady it is stopped at times, but neither killed nor closed before the end
   */
  public record Node(int number, String name, String transport, boolean steady) {
    /** Returns whether what is sent to it waits in a store. */
    boolean keepsMessages() {
      return transport.equals("mapped");
    }
  }

  /** The way in which an address is used. */
  enum Role {
    /** It belongs to one node, as long as that lives: requests to it tell how far it has read. */
    BARRIER,
    /** It belongs to steady nodes, each with one consumer from the beginning to the end. */
    STRICT,
    /** Exports and consumers come and go all the time. */
    FAST,
    /** Exports and consumers come and go, with quiet times in between. */
    SLOW,
    /** It belongs to the node that keeps messages: what was reported as stored must not be lost. */
    DURABLE,
    /** It belongs to all nodes, but what is sent to it must not leave its process. */
    LOCAL;

    /** Returns whether exports and consumers stay as long as their node lives. */
    boolean isPermanent() {
      return this != FAST && this != SLOW;
    }
  }

  /**
   * An address.
   *
   * @param exporters a bit for each node that exports it or may do so
   */
  record Address(int number, String name, Role role, int exporters) {
    boolean mayBeOn(int node) {
      return (exporters >> node & 1) != 0;
    }
  }

  /**
   * The mesh of a seed: six nodes.
   *
   * @param transports what they receive by, in turn and shuffled: with six, each has one
   */
  public MeshPlan(long seed, List<String> transports) {
    this.seed = seed;
    this.transports = List.copyOf(transports);
    Random random = new Random(seed);
    List<String> shuffled = new ArrayList<>(transports);
    Collections.shuffle(shuffled, random);
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node(i, "n" + i, shuffled.get(i % shuffled.size()), i < STEADY));
    }
    int steady = (1 << STEADY) - 1;
    for (Node node : nodes) {
      add("b." + node.name, Role.BARRIER, 1 << node.number);
      if (node.steady) {
        add("s." + node.name, Role.STRICT, 1 << node.number);
      }
      if (node.keepsMessages()) {
        add("d." + node.name, Role.DURABLE, 1 << node.number);
      }
    }
    add("s.all", Role.STRICT, steady);
    add("l.all", Role.LOCAL, (1 << nodes.size()) - 1);
    for (int i = 0; i < CHANGING; i++) {
      add("f." + i, Role.FAST, some(random, 2 + random.nextInt(2)));
      // One of them is never killed, so that there are quiet times.
      add("q." + i, Role.SLOW, 1 << random.nextInt(STEADY) | some(random, 1 + random.nextInt(2)));
    }
  }

  private void add(String name, Role role, int exporters) {
    addresses.add(new Address(addresses.size(), name, role, exporters));
  }

  private int some(Random random, int count) {
    int some = 0;
    while (Integer.bitCount(some) < count) {
      some |= 1 << random.nextInt(nodes.size());
    }
    return some;
  }

  public long seed() {
    return seed;
  }

  List<String> transports() {
    return transports;
  }

  public List<Node> nodes() {
    return nodes;
  }

  List<Address> addresses() {
    return addresses;
  }

  Address address(int number) {
    return addresses.get(number);
  }

  List<Address> addresses(Role role) {
    return addresses.stream().filter(address -> address.role == role).toList();
  }

  /** Returns the number of a node by its name, or -1 for a stranger. */
  int node(String name) {
    for (Node node : nodes) {
      if (node.name.equals(name)) {
        return node.number;
      }
    }
    return -1;
  }

  /** Returns the address at which a node tells how far it has read. */
  Address barrier(int node) {
    return addresses.stream()
        .filter(address -> address.role == Role.BARRIER && address.mayBeOn(node))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      text.append(text.isEmpty() ? "" : ", ").append(node.name).append(' ').append(node.transport);
      text.append(node.steady ? "" : " (mortal)");
    }
    return text.toString();
  }
}
