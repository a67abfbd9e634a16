package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/**
 * What a connection by rings bears: a process that is stopped for a while, lost files, long
 * messages, and more of them than are read.
 */
@Faults
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class LaneDisturbedTest {
  private static final int LONG = 64 << 20;
  private static final int SLOW = 600;
  // A ring of a MiB, what is read of it at once, and what the sender has under way.
  private static final long MOST_WAITING = 4_000;
  private static final long MOST_MEMORY = 64 << 20;

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
    ClusterProcess first = hosts.spawn(Map.of(), "-Xmx700m");
    ClusterProcess second = hosts.spawn(Map.of(), "-Xmx700m");
    one = first.member("one").start(hosts.config(1, ports[0])).consume("t.echo.0", "echo");
    // Its consumers are on the loop that reads the ring.
    JsonObject config = hosts.config(1, ports[1]).put("loops", 1);
    other = second.member("other").start(config).consume("t.echo.1", "echo");
    one.consume("t.one", "numbers");
    other.consume("t.other", "numbers").consume("t.slow", "slow").consume("t.sum", "sum");
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
  void whatTheRingCantHoldPassesThroughIt() throws Exception {
    assertTrue(one.bytesCome("t.sum", LONG));
    areTwoByRings(one);
  }

  @Test
  void theRingBoundsWhatWaits() throws Exception {
    long atSender = one.memory();
    long atReader = other.memory();
    one.flood("t.slow");
    Await.until("some are read", () -> other.count("t.slow") >= SLOW);
    long read = other.count("t.slow");
    long waiting = one.sent() - read;
    long more = one.memory() - atSender;
    long moreThere = other.memory() - atReader;
    one.stopFlood();
    assertTrue(waiting < MOST_WAITING, waiting + " messages wait");
    assertTrue(more < MOST_MEMORY, more + " bytes more at the sender");
    assertTrue(moreThere < MOST_MEMORY, moreThere + " bytes more at the reader");
    long sent = one.sent();
    Await.until("all", () -> other.count("t.slow") == sent);
    assertEquals(List.of(), other.wrong());
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
