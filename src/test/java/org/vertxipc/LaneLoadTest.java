package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterProcess.Member;

/** Long messages, and more of them than are read. */
class LaneLoadTest {
  private static final int LONG = 64 << 20;
  private static final int SLOW = 1_500;
  // A ring of a MiB, what is read of it at once, and what the sender has under way.
  private static final long MOST_WAITING = 4_000;
  private static final long MOST_MEMORY = 64 << 20;

  @Test
  void theRingBoundsWhatWaits() throws Exception {
    try (ClusterHosts hosts = new ClusterHosts()) {
      ClusterProcess first = hosts.spawn(Map.of(), "-Xmx700m");
      ClusterProcess second = hosts.spawn(Map.of(), "-Xmx700m");
      int[] ports = {hosts.port(), hosts.port()};
      Member sender = first.member("sender").start(hosts.config(1, ports[0]));
      Member reader = second.member("reader").start(hosts.config(1, ports[1]).put("loops", 1));
      reader.consume("t.sum", "sum").consume("t.slow", "slow");
      assertTrue(sender.bytesCome("t.sum", LONG));
      assertEquals(true, sender.isRing(ports[1]));
      long atSender = sender.memory();
      long atReader = reader.memory();
      sender.flood("t.slow");
      Await.until("some are read", () -> reader.count("t.slow") >= SLOW);
      long read = reader.count("t.slow");
      long waiting = sender.sent() - read;
      long more = sender.memory() - atSender;
      long moreThere = reader.memory() - atReader;
      assertTrue(waiting < MOST_WAITING, waiting + " messages wait");
      assertTrue(more < MOST_MEMORY, more + " bytes more at the sender");
      assertTrue(moreThere < MOST_MEMORY, moreThere + " bytes more at the reader");
      sender.stopFlood();
      long sent = sender.sent();
      Await.until("all", () -> reader.count("t.slow") == sent);
      assertEquals(List.of(), reader.wrong());
      assertEquals(List.of(), sender.warnings());
    }
  }
}
