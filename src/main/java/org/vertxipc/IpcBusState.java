package org.vertxipc;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vertxipc.bus.BusView;
import org.vertxipc.counters.CountersFile;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.OptionsCheck;

/**
 * A bus as somebody sees it who takes no part in it: its nodes and what they have counted, read
 * from files that they write. Reading makes nobody wait. {@code docs/counters.md} lists the
 * counters.
 *
 * @param nodes the members by name, and then those that died of which the counters are still there
 */
public record IpcBusState(List<Node> nodes) {
  /**
   * A node.
   *
   * @param name its name
   * @param alive whether its process lives
   * @param transport by which it receives, null when that is not known any more
   * @param pid of its process, in the PID namespace of that; 0 when it has shown nothing yet
   * @param startedMillis when it joined, in milliseconds since the epoch; 0 when it has shown
   *     nothing yet
   * @param asOfMillis when its counters last changed, or were written after that: within a second;
   *     in milliseconds since the epoch
   * @param counters what it has counted
   */
  public record Node(
      String name,
      boolean alive,
      String transport,
      long pid,
      long startedMillis,
      long asOfMillis,
      List<Count> counters) {

    /**
     * Returns the sum of all counters of a name.
     *
     * @param counter the name
     * @return 0 when there is none
     */
    public long sum(String counter) {
      return counters.stream()
          .filter(count -> count.name().equals(counter))
          .mapToLong(Count::value)
          .sum();
    }
  }

  /**
   * A number that a node shows.
   *
   * @param name what it is
   * @param tags what it is of: {@code peer} and {@code transport}, {@code reason} or {@code
   *     address}; sorted by key
   * @param value the number
   */
  public record Count(String name, Map<String, String> tags, long value) {}

  /**
   * Reads the state of a bus. It blocks while it reads, so it must not be called on an event loop.
   *
   * @param options of the bus: its name, directory, mode and group count
   * @return empty when there is no such bus
   * @throws IOException when it can't be read, or is somebody else's
   */
  public static Optional<IpcBusState> read(BusOptions options) throws IOException {
    OptionsCheck.place(options);
    List<BusView.Seen> seen = new BusView(IpcBridgeImpl.place(options)).nodes();
    return Optional.ofNullable(seen)
        .map(all -> new IpcBusState(all.stream().map(IpcBusState::node).toList()));
  }

  /**
   * Returns the names of all buses in a directory. It blocks while it reads.
   *
   * @param options of any bus: the directory, mode and group count
   * @return sorted
   * @throws IOException when it can't be read, or is somebody else's
   */
  public static List<String> buses(BusOptions options) throws IOException {
    OptionsCheck.place(options);
    return new BusView(IpcBridgeImpl.place(options)).buses();
  }

  private static Node node(BusView.Seen seen) {
    CountersFile.Content shown = seen.shown();
    if (shown == null) {
      return new Node(seen.name(), seen.alive(), seen.transport(), 0, 0, 0, List.of());
    }
    return new Node(
        seen.name(),
        seen.alive(),
        seen.transport(),
        shown.pid(),
        shown.startedMillis(),
        shown.writtenMillis(),
        shown.readings().stream().map(r -> new Count(r.name(), r.tags(), r.value())).toList());
  }
}
