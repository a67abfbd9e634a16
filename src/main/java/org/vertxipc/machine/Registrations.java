package org.vertxipc.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Who consumes from which address; several consumers of one node stay several. */
public final class Registrations {
  // Sets, because an address may have many consumers; in order, so that all replicas agree.
  private final Map<String, Set<Registration>> all = new LinkedHashMap<>();
  // Of each node, by name: the order in which it registered is not in a snapshot, so a restored
  // replica would tell of them in another order when the node leaves.
  private final Map<String, Map<String, Integer>> addressesOf = new HashMap<>();
  private final MachineListener listener;

  Registrations(MachineListener listener) {
    this.listener = listener;
  }

  boolean add(String address, Registration registration) {
    if (!all.computeIfAbsent(address, a -> new LinkedHashSet<>()).add(registration)) {
      return false;
    }
    addressesOf
        .computeIfAbsent(registration.node(), n -> new TreeMap<>())
        .merge(address, 1, Integer::sum);
    listener.registrationsChanged(address);
    return true;
  }

  boolean remove(String address, Registration registration) {
    Set<Registration> found = all.get(address);
    if (found == null || !found.remove(registration)) {
      return false;
    }
    if (found.isEmpty()) {
      all.remove(address);
    }
    Map<String, Integer> addresses = addressesOf.get(registration.node());
    addresses.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
    if (addresses.isEmpty()) {
      addressesOf.remove(registration.node());
    }
    listener.registrationsChanged(address);
    return true;
  }

  /** A node has left. */
  void forget(String node) {
    Map<String, Integer> addresses = addressesOf.remove(node);
    if (addresses != null) {
      for (String address : addresses.keySet()) {
        Set<Registration> found = all.get(address);
        found.removeIf(each -> each.node().equals(node));
        if (found.isEmpty()) {
          all.remove(address);
        }
        listener.registrationsChanged(address);
      }
    }
  }

  /**
   * Returns the consumers of an address.
   *
   * @param address of the event bus
   * @return a copy, in the order in which they came
   */
  public List<Registration> of(String address) {
    Set<Registration> found = all.get(address);
    return found == null ? List.of() : new ArrayList<>(found);
  }

  /**
   * Returns how many consumers each address has of a node.
   *
   * @param node its name
   * @return a copy, in the order of the addresses
   */
  public Map<String, Integer> of(Members.Member node) {
    return new TreeMap<>(addressesOf.getOrDefault(node.node(), Map.of()));
  }

  /** Tells of every address whose consumers are others than those of a machine before. */
  void tellChanges(Registrations before, MachineListener to) {
    Set<String> addresses = new LinkedHashSet<>(before.all.keySet());
    addresses.addAll(all.keySet());
    for (String address : addresses) {
      if (!of(address).equals(before.of(address))) {
        to.registrationsChanged(address);
      }
    }
  }

  void snapshot(Consumer<Command<?>> to) {
    all.forEach(
        (address, registrations) ->
            registrations.forEach(
                each ->
                    to.accept(
                        new RegistrationCommand.Register(address, each.node(), each.number()))));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Registrations registrations
        && all.keySet().equals(registrations.all.keySet())
        && all.keySet().stream().allMatch(address -> of(address).equals(registrations.of(address)))
        && addressesOf.equals(registrations.addressesOf);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }
}
