package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterProcess.Connection;
import org.vertxipc.testing.ClusterProcess.Member;
import org.vertxipc.testing.Processes;

/** What ends no connection by rings: a process that is stopped for a while, and lost files. */
@Faults
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = java.util.concurrent.TimeUnit.HOURS)
class LaneDisturbedTest {
  private final ClusterHosts hosts;
  private final int[] ports;
  private Member one;
  private Member other;

  LaneDisturbedTest() throws IOException {
    hosts = new ClusterHosts();
    ports = new int[] {hosts.port(), hosts.port(), hosts.port()};
  }

  @BeforeAll
  void start() throws Exception {
    ClusterProcess first = hosts.spawn();
    ClusterProcess second = hosts.spawn();
    one = first.member("one").start(hosts.config(1, ports[0])).consume("t.echo.0", "echo");
    other = second.member("other").start(hosts.config(1, ports[1])).consume("t.echo.1", "echo");
    one.consume("t.one", "numbers");
    other.consume("t.other", "numbers");
    assertEquals("on", one.request("t.echo.1", "on"));
    assertEquals("on", other.request("t.echo.0", "on"));
  }

  @AfterAll
  void end() throws Exception {
    hosts.close();
  }

  private static void areTwoByRings(Member member) {
    List<Connection> all = member.connections();
    assertTrue(all.stream().allMatch(Connection::ring), all::toString);
    assertEquals(1, all.stream().filter(Connection::inbound).count(), all::toString);
    assertEquals(2, all.size(), all::toString);
  }

  @Test
  void whoIsStoppedIsNotTakenForDead() throws Exception {
    Random random = FaultTable.random("SIGSTOP, cluster");
    FaultTable.Row row = FaultTable.row("SIGSTOP and SIGCONT, cluster by rings");
    int times = FaultTable.times(1, 8);
    long sentToOther = 0;
    long sentToOne = 0;
    for (int i = 0; i < times; i++) {
      int before = one.count("t.one");
      one.flood("t.other");
      other.flood("t.one");
      Await.until("it flows", () -> one.count("t.one") > before + 100);
      Set<Connection> connections = Set.copyOf(one.connections());
      areTwoByRings(one);
      other.process().signal("STOP");
      Thread.sleep(FaultTable.isThorough() ? 1_000 + random.nextInt(9_000) : 1_000);
      assertEquals(connections, Set.copyOf(one.connections()));
      other.process().signal("CONT");
      assertEquals("on", one.request("t.echo.1", "on"));
      one.stopFlood();
      other.stopFlood();
      sentToOther += one.sent();
      sentToOne += other.sent();
      long expectedThere = sentToOther;
      long expectedHere = sentToOne;
      Await.until("all there", () -> other.count("t.other") == expectedThere);
      Await.until("all here", () -> one.count("t.one") == expectedHere);
      assertEquals(0, one.failed() + other.failed());
      assertEquals(connections, Set.copyOf(one.connections()));
      row.once();
    }
    row.lost(one.wrong().size() + other.wrong().size());
    assertEquals(List.of(), one.wrong());
    assertEquals(List.of(), other.wrong());
    assertTrue(row.isClean(), row::toString);
  }

  @Test
  void whoseDirectoryIsRemovedIsFoundAgain() throws Exception {
    FaultTable.Row row = FaultTable.row("rm -rf of the directory, cluster by rings");
    List<String> files = hosts.files(1).stream().filter(LaneDisturbedTest::stays).toList();
    assertEquals(0, Processes.exit("rm", "-rf", hosts.directory(1).toString()));
    long start = System.nanoTime();
    assertEquals("on", one.request("t.echo.1", "on"));
    assertEquals("on", other.request("t.echo.0", "on"));
    areTwoByRings(one);
    areTwoByRings(other);
    Await.until(
        "the files are there again",
        () -> {
          try {
            return hosts.files(1).stream().filter(LaneDisturbedTest::stays).toList().equals(files);
          } catch (IOException e) {
            return false; // It is being made.
          }
        });
    row.detected(System.nanoTime() - start);
    try (ClusterProcess process = hosts.spawn()) {
      Member third = process.member("third").start(hosts.config(1, ports[2]));
      third.consume("t.echo.2", "echo");
      for (int i = 0; i < 2; i++) {
        assertEquals("on", third.request("t.echo." + i, "on"));
        assertEquals(true, third.isRing(ports[i]), third.connections()::toString);
      }
      for (Member member : List.of(one, other)) {
        assertEquals("on", member.request("t.echo.2", "on"));
        assertEquals(true, member.isRing(ports[2]), member.connections()::toString);
        assertEquals(List.of(), member.wrong());
      }
      assertEquals(List.of(), third.warnings());
    }
    Await.until("closed", () -> one.connections().size() == 2 && other.connections().size() == 2);
    areTwoByRings(one);
    areTwoByRings(other);
    row.once();
  }

  /** Files of connections are not made anew: nobody opens them any more. */
  private static boolean stays(String file) {
    return file.endsWith(".lock")
        || file.endsWith("/node.json")
        || file.endsWith("/door")
        || file.contains("/.at/");
  }
}
