package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ManyNodes;
import org.vertxipc.testing.Namespaces;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;

/**
 * Tests shortages of the machine, in an IPC namespace with limits of its own: two nodes need an
 * object of the kernel each, and only one is to be had. {@link LimitsTest} has those of a process
 * and of a file system.
 */
@Faults
class ShortageTest {
  private record Row(String transport, String limit, String call, String cure) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("sysv", "kernel/shmmni", "shmget(", "(ENOSPC): there are too many segments"),
          new Row(
              "mqueue",
              "fs/mqueue/queues_max",
              "mq_open(/vertx-ipc-",
              "(ENOSPC): /proc/sys/fs/mqueue/queues_max allows 1 queues"));

  private static BusOptions options(TestBus bus, String node) {
    return bus.options(node)
        .setMqueue(new MqueueOptions().setMaxMessages(4).setMessageBytes(1024))
        .setStartTimeoutMillis(1000)
        .addExport(node + ".echo")
        .addImport("*");
  }

  private static String set(Row row, int value) {
    return "echo " + value + " > /proc/sys/" + row.limit;
  }

  @Test
  void nodesMeetWhenTheMachineAllowsMore() throws Exception {
    assumeTrue(Processes.runs("nsenter", "--version"), "needs nsenter(1)");
    for (Row row : ROWS) {
      Namespaces.of("ipc").first(set(row, 1)).assumePossible();
    }
    AtOnce.each(ROWS, ShortageTest::meet);
  }

  private static void meet(Row row) throws Exception {
    FaultTable.Row fault = FaultTable.row("no room in " + row.limit + ", " + row.transport);
    Namespaces limited = Namespaces.of("ipc").first(set(row, 1));
    try (TestBus bus = new TestBus(row.transport);
        ManyNodes nodes =
            ManyNodes.spawn(limited.starter(), List.of(options(bus, "a"), options(bus, "b")))) {
      nodes.start();
      List<String> said = nodes.said().get("said");
      // One of them has what both want; the other tries again and again.
      assertEquals(1, said.size(), said.toString());
      assertTrue(
          said.get(0).contains("can't be reached: no channel can be made for it: " + row.call),
          said.toString());
      assertTrue(said.get(0).contains(row.cure), said.toString());
      assertEquals(Map.of("a", List.of(), "b", List.of()), nodes.answering());
      long start = System.nanoTime();
      String namespace = "--ipc=/proc/" + nodes.pid() + "/ns/ipc";
      assertEquals(0, Processes.exit("nsenter", namespace, "sh", "-c", set(row, 64)));
      Await.until(
          "both answer",
          () -> nodes.answering().equals(Map.of("a", List.of("b"), "b", List.of("a"))));
      fault.detected(System.nanoTime() - start);
      Await.until("over", () -> nodes.said().get("said").size() == 2);
      Map<String, List<String>> all = nodes.said();
      String over = all.get("said").get(1);
      assertTrue(over.contains("is connected; failures before that: "), over);
      assertEquals(List.of(), all.get("traced"));
      fault.once();
    }
  }
}
