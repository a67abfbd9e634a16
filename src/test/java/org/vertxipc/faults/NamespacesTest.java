package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ManyNodes;
import org.vertxipc.testing.Namespaces;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.TestBus;

/**
 * Tests each transport between namespaces that differ: on each bus is a node outside, one in an IPC
 * namespace of its own, and one in a PID namespace of its own. Two of them meet unless the
 * transport of either needs a namespace that they do not share, and then each says so once.
 */
@Faults
@OnOneJdk
class NamespacesTest {
  /** Which namespace a transport needs; the others need none. The places have the same names. */
  private static final Map<String, String> NEEDS =
      Map.of("sysv", "ipc", "mqueue", "ipc", "anonymous", "pid");

  /** A bus, and by which transports the nodes receive that are outside, in "ipc" and in "pid". */
  private record Row(String bus, String out, String ipc, String pid) {
    String transport(String place) {
      return switch (place) {
        case "out" -> out;
        case "ipc" -> ipc;
        default -> pid;
      };
    }

    String node(String place) {
      return place + "-" + bus;
    }

    /** Whether two share what their transports need: each place but "out" has one of its own. */
    boolean meets(String one, String two) {
      List<String> both = List.of(one, two);
      return both.stream()
          .map(place -> NEEDS.get(transport(place)))
          .noneMatch(need -> need != null && both.contains(need));
    }
  }

  private static final List<String> PLACES = List.of("out", "ipc", "pid");
  private final Path base = Path.of("/dev/shm/vertx-ipc-apart-" + ProcessHandle.current().pid());

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String transport : BusOptions.TRANSPORTS) {
      rows.add(new Row(transport, transport, transport, transport));
    }
    // Only one of two receives by a transport that needs a namespace.
    for (String transport : List.of("sysv", "mqueue", "anonymous")) {
      rows.add(new Row(transport + "-out", transport, "shm", "fifo"));
      rows.add(new Row(transport + "-in", "mapped", transport, "shm"));
    }
    return rows;
  }

  private BusOptions options(Row row, String place) {
    return new BusOptions()
        .setName(row.bus)
        .setNode(row.node(place))
        .setTransport(row.transport(place))
        .setDirectory(base.resolve("buses").toString())
        .setRingBytes(1 << 16)
        .setMaxMessageBytes(4096)
        .setMqueue(new MqueueOptions().setMaxMessages(4).setMessageBytes(256))
        .setMapped(
            new MappedOptions()
                .setDirectory(base.resolve("stores").toString())
                .setFileBytes(1 << 16))
        .addExport(row.node(place) + ".echo")
        .addImport("*");
  }

  private List<BusOptions> all(String place) {
    return rows().stream().map(row -> options(row, place)).toList();
  }

  @Test
  void nodesMeetUnlessTheirTransportNeedsWhatTheyDoNotShare() throws Exception {
    Namespaces ipc = Namespaces.of("ipc").assumePossible();
    Namespaces pid = Namespaces.of("pid").assumePossible();
    FaultTable.Row fault = FaultTable.row("namespaces, each transport");
    Files.createDirectory(base);
    try (ManyNodes inIpc = ManyNodes.spawn(ipc.starter(), all("ipc"));
        ManyNodes inPid = ManyNodes.spawn(pid.starter(), all("pid"));
        ManyNodes.Nodes out = new ManyNodes.Nodes()) {
      for (BusOptions options : all("out")) {
        out.add(TestBus.json(options));
      }
      inIpc.start();
      out.start();
      inPid.start();
      Map<String, Place> places = new HashMap<>();
      places.put("out", new Place(out::answering, out::said));
      places.put("ipc", new Place(inIpc::answering, inIpc::said));
      places.put("pid", new Place(inPid::answering, inPid::said));
      for (String place : PLACES) {
        Await.until(place + " is told", () -> places.get(place).hasAll(place));
      }
      // What is said again is said within this time; with -Pfaults a second look is in it, too.
      Thread.sleep(TimeUnit.SECONDS.toMillis(FaultTable.isThorough() ? 12 : 1));
      for (String place : PLACES) {
        places.get(place).check(place);
      }
      fault.times(rows().size() * PLACES.size());
    } finally {
      OtherUsers.delete(base);
    }
  }

  private interface Question {
    Map<String, List<String>> ask() throws Exception;
  }

  /** The nodes of a place. */
  private record Place(Question answering, Question said) {
    boolean hasAll(String place) {
      try {
        Map<String, List<String>> answers = answering.ask();
        List<String> lines = said.ask().get("said");
        for (Row row : rows()) {
          for (String other : others(place)) {
            boolean done =
                row.meets(place, other)
                    ? answers.get(row.node(place)).contains(row.node(other))
                    : !of(lines, row.node(other)).isEmpty();
            if (!done) {
              return false;
            }
          }
        }
        return true;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    void check(String place) throws Exception {
      Map<String, List<String>> answers = answering.ask();
      Map<String, List<String>> log = said.ask();
      assertEquals(List.of(), log.get("traced"));
      for (Row row : rows()) {
        for (String other : others(place)) {
          String cell = place + ", " + other + ": " + row;
          List<String> lines = of(log.get("said"), row.node(other));
          boolean meets = row.meets(place, other);
          assertEquals(meets, answers.get(row.node(place)).contains(row.node(other)), cell + lines);
          assertEquals(meets ? 0 : 1, lines.size(), cell + lines);
          if (!meets) {
            assertSays(lines.get(0), row, place, other);
          }
        }
      }
    }

    private static void assertSays(String line, Row row, String place, String other) {
      boolean said = false;
      for (String reader : List.of(place, other)) {
        String writer = reader.equals(place) ? other : place;
        String need = NEEDS.get(row.transport(reader));
        if (need != null && List.of(reader, writer).contains(need)) {
          String start =
              "Node '"
                  + row.node(other)
                  + "' can't be reached: transport "
                  + row.transport(reader)
                  + " needs nodes in the same "
                  + need.toUpperCase(Locale.ROOT)
                  + " namespace: node '"
                  + row.node(reader)
                  + "', which receives by it, is in "
                  + need
                  + ":[";
          String end = "]; shm, fifo and mapped need only directories that both see";
          said |=
              line.startsWith(start)
                  && line.contains(", and node '" + row.node(writer) + "' in ")
                  && line.endsWith(end);
        }
      }
      assertTrue(said, line);
    }

    private static List<String> others(String place) {
      return PLACES.stream().filter(p -> !p.equals(place)).toList();
    }

    private static List<String> of(List<String> lines, String node) {
      return lines.stream().filter(line -> line.startsWith("Node '" + node + "' ")).toList();
    }
  }
}
