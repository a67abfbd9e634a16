package org.vertxipc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vertxipc.bus.BusView;
import org.vertxipc.counters.file.CountersFile;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.OptionsCheck;

/**
 * A bus as somebody sees it who takes no part in it: its nodes and what they have counted, read
 * from files that they write. Reading makes nobody wait. {@code docs/counters.md} lists the
 * counters.
 *
 * @param nodes the members by name, and then those that died of which the counters are still there;
 *     in the directory of a fast lane or a cluster on one host, the server of each clustered event
 *     bus is one, by the transport {@code streams}
 */
public record IpcBusState(List<Node> nodes) {
  /**
   * A node.
   *
   * @param name its name
   * @param alive whether its process lives; false, and a problem, when nobody can tell
   * @param transport by which it receives, null when that is not known any more
   * @param pid of its process, in the PID namespace of that; 0 when that is not known
   * @param startedMillis when it joined, in milliseconds since the epoch; 0 when it has shown
   *     nothing yet
   * @param asOfMillis when its counters last changed, or were written after that: within a second;
   *     in milliseconds since the epoch
   * @param counters what it has counted; none when it is of a version that shows nothing
   * @param problem what can't be read of it and why, null when all can
   */
  public record Node(
      String name,
      boolean alive,
      String transport,
      long pid,
      long startedMillis,
      long asOfMillis,
      List<Count> counters,
      String problem) {

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
   * @param level whether it rises and falls, as what waits; false when it counts
   * @param value the number
   */
  public record Count(String name, Map<String, String> tags, boolean level, long value) {}

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

  /**
   * Returns the directory in which a bus is, which need not be there.
   *
   * @param options of any bus: the directory, mode and group count
   * @return for example {@code /dev/shm/vertx-ipc-1000}
   * @throws IOException when there is no such group
   */
  public static Path directory(BusOptions options) throws IOException {
    OptionsCheck.place(options);
    return new BusView(IpcBridgeImpl.place(options)).directory();
  }

  private static Node node(BusView.Seen seen) {
    CountersFile.Content shown = seen.shown();
    boolean any = shown != null;
    return new Node(
        seen.name(),
        seen.alive(),
        seen.transport(),
        seen.pid(),
        any ? shown.startedMillis() : 0,
        any ? shown.writtenMillis() : 0,
        any
            ? shown.readings().stream()
                .map(r -> new Count(r.name(), r.tags(), r.level(), r.value()))
                .toList()
            : List.of(),
        seen.problem());
  }
}
