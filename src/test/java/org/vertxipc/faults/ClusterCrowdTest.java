package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;
import org.vertxipc.testing.OnOneJdk;

/** Many nodes, many consumers and many entries of a cluster without a network. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class ClusterCrowdTest {
  private static final int PROCESSES = 4;
  private static final int ENTRY_BYTES = 100;
  private static final int MAP_FACTOR = 5;

  private final ClusterHosts hosts = new ClusterHosts();

  ClusterCrowdTest() throws IOException {}

  private ClusterView start(ClusterProcess process, String name) throws IOException {
    JsonObject cluster = new JsonObject().put("directory", hosts.directory(1).toString());
    return new ClusterView(process.member(name).start(new JsonObject().put("cluster", cluster)));
  }

  private static void print(String what, int many, long nanos) {
    System.out.printf("%,d %s: %,.1f ms%n", many, what, nanos / 1e6);
  }

  @Test
  void manyNodesJoin() throws Exception {
    int each = FaultTable.times(3, 25);
    try (hosts) {
      List<ClusterProcess> processes = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(hosts.spawnAlone("-Xmx512m"));
      }
      ClusterView first = start(processes.get(0), "first");
      first.member().consume("t.echo", "echo");
      JsonObject config = hosts.local(1).put("many", each);
      long start = System.nanoTime();
      for (ClusterProcess process : processes) {
        process.member("n").callLater("crowd", config);
      }
      for (ClusterProcess process : processes) {
        process.answer();
      }
      int all = 1 + PROCESSES * each;
      first.awaitNodes(all);
      print("nodes join", all, System.nanoTime() - start);
      for (ClusterProcess process : processes.subList(1, PROCESSES)) {
        ClusterView last = new ClusterView(process.member("n" + (each - 1)));
        last.awaitNodes(all);
        assertEquals(first.nodes(), last.nodes());
        assertEquals("on", last.member().request("t.echo", "on"));
        assertEquals(List.of(), last.member().warningsOfFaults());
      }
      start = System.nanoTime();
      processes.get(PROCESSES - 1).kill();
      first.awaitNodes(all - each);
      print("nodes that died are gone", each, System.nanoTime() - start);
      assertEquals(List.of(), first.member().warningsOfFaults());
    }
  }

  @Test
  void manyConsumersAreKnown() throws Exception {
    int many = FaultTable.times(1_000, 10_000);
    try (hosts) {
      ClusterProcess sender = hosts.spawnAlone();
      ClusterView consumer = start(hosts.spawnAlone(), "consumer");
      ClusterView other = start(sender, "other");
      consumer.member().consume("t.same", "echo");
      // From now on it is told of each change.
      assertEquals("on", other.member().request("t.same", "on"));
      long start = System.nanoTime();
      consumer.consumers("t.same", many);
      print("consumers are known", many, System.nanoTime() - start);
      assertEquals(many / 2 + 1, other.registrations("t.same"));
      assertEquals("on", other.member().request("t.same" + (many - 1), "on"));
      start = System.nanoTime();
      consumer.member().process().kill();
      other.awaitNodes(1);
      assertEquals(0, other.registrations("t.same"));
      print("consumers of a node that died are gone", many, System.nanoTime() - start);
    }
  }

  @Test
  void manyEntriesAreKept() throws Exception {
    int many = FaultTable.times(20_000, 1_000_000);
    String heap = FaultTable.isThorough() ? "-Xmx3g" : "-Xmx512m";
    try (hosts) {
      ClusterProcess late = hosts.spawnAlone(heap);
      ClusterView writer = start(hosts.spawnAlone(heap), "writer");
      ClusterView reader = start(hosts.spawnAlone(heap), "reader");
      print("entries are put", many, writer.putMany("map", many, ENTRY_BYTES));
      print("entries are put again", many, writer.putMany("map", many, ENTRY_BYTES));
      assertEquals(many, reader.size("map"));
      long bytes = bytes();
      System.out.printf("%,d bytes of files%n", bytes);
      long atMost = Math.max(1 << 24, (long) MAP_FACTOR * many * ENTRY_BYTES);
      assertTrue(bytes < atMost, bytes + " bytes");
      late.awaitUp();
      long start = System.nanoTime();
      ClusterView newcomer = start(late, "late");
      print("entries are known to a node that joins", many, System.nanoTime() - start);
      assertEquals(many, newcomer.size("map"));
      assertEquals("v".repeat(ENTRY_BYTES), newcomer.get("map", "key-" + (many - 1)));
      assertEquals(List.of(), writer.member().warningsOfFaults());
    }
  }

  private long bytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> all = Files.walk(hosts.directory(1).resolve("cluster/.cluster"))) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(each);
      }
    }
    return bytes;
  }
}
