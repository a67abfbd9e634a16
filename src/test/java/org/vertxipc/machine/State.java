package org.vertxipc.machine;

import static java.util.stream.Collectors.toMap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All that can be read of a machine at a moment, with the order of what has one: stricter than
 * {@link Machine#equals}, and a failure shows what differs.
 *
 * @param members in their order
 * @param consumers of each address that was asked for, in their order
 * @param addresses of each member, with the number of its consumers
 * @param maps by name and key
 * @param sizes of the maps that were asked for
 * @param counters by name
 * @param locks the tickets of each, in their order
 */
record State(
    List<Members.Member> members,
    Map<String, List<Registration>> consumers,
    Map<String, Map<String, Integer>> addresses,
    Map<String, Map<Bytes, Bytes>> maps,
    Map<String, Integer> sizes,
    Map<String, Long> counters,
    Map<String, List<Ticket>> locks) {

  static State of(Machine machine, long now) {
    Map<String, Map<Bytes, Bytes>> maps = new HashMap<>();
    for (String name : Steps.MAPS) {
      Map<Bytes, Bytes> entries = new HashMap<>();
      machine.maps().forEach(name, now, entries::put);
      maps.put(name, entries);
    }
    return new State(
        machine.members().all(),
        each(Steps.ADDRESSES, machine.registrations()::of),
        each(
            machine.members().names(),
            node -> machine.registrations().of(machine.members().get(node))),
        maps,
        each(Steps.MAPS, name -> machine.maps().size(name, now)),
        machine.counters().all(),
        each(machine.locks().names(), machine.locks()::tickets));
  }

  private static <T> Map<String, T> each(List<String> names, Function<String, T> value) {
    return names.stream().collect(toMap(Function.identity(), value));
  }
}
