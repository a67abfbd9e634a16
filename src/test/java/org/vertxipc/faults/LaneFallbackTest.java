package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterProcess.Connection;
import org.vertxipc.testing.ClusterProcess.Member;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Tmpfs;

/** What can't go by rings goes by TCP, or not at all, as the options say, and it is said why. */
@Faults
@OnOneJdk
class LaneFallbackTest {
  private static final int MANY = 100;
  private static final int TOO_BIG = 16 << 20;

  private static JsonObject config(ClusterHosts hosts, int port, Path buses, int ringBytes)
      throws IOException {
    return hosts
        .config(port)
        .put(
            "transport",
            new JsonObject().put("directory", buses.toString()).put("ringBytes", ringBytes));
  }

  @Test
  void aRingThatHasNoRoomIsSaidAndReplacedByTcp(@TempDir Path temp) throws Exception {
    FaultTable.Row row = FaultTable.row("no room for a ring, cluster");
    try (Tmpfs tmpfs = new Tmpfs(temp, "size=4m,mode=700");
        ClusterHosts hosts = new ClusterHosts()) {
      Path buses = tmpfs.path().resolve("buses");
      ClusterProcess one = hosts.spawn();
      ClusterProcess other = hosts.spawn();
      int[] ports = {hosts.port(), hosts.port(), hosts.port()};
      // The one can't make its own rings, the other can.
      Member big = one.member("big").start(config(hosts, ports[0], buses, TOO_BIG));
      Member small = other.member("small").start(config(hosts, ports[1], buses, 1 << 16));
      big.consume("t.big", "record").consume("t.big.echo", "echo");
      small.consume("t.small", "record").consume("t.small.echo", "echo");
      JsonObject strict = config(hosts, ports[2], buses, 1 << 16);
      strict.getJsonObject("transport").put("require", true);
      Member strictly = other.member("strict").start(strict);
      long start = System.nanoTime();
      small.burst("t.big", MANY, true);
      row.detected(System.nanoTime() - start);
      big.burst("t.small", MANY, true);
      assertEquals("on", small.request("t.big.echo", "on"));
      assertEquals("on", big.request("t.small.echo", "on"));
      Await.until("all", () -> big.count("t.big") == MANY && small.count("t.small") == MANY);
      saysWhy(small, ports[0]);
      saysWhy(big, ports[1]);
      String why =
          assertThrows(IOException.class, () -> strictly.burst("t.big.echo", 1, true)).getMessage();
      assertTrue(why.contains("No space left on device"), why);
      assertEquals("on", strictly.request("t.small.echo", "on"));
      assertEquals(true, strictly.isRing(ports[1]));
      // Who has no room hears of it, too, once for all that call.
      Pattern refused = Pattern.compile("Node streams-\\p{XDigit}+ can't connect by rings: .*");
      assertEquals(1, big.warnings().stream().filter(refused.asPredicate()).count());
      assertEquals(List.of(), big.wrong());
      assertEquals(List.of(), small.wrong());
      row.once();
    }
  }

  private static void saysWhy(Member member, int port) throws Exception {
    List<Connection> all =
        member.connections().stream().filter(c -> c.remote().endsWith(":" + port)).toList();
    assertEquals(1, all.size(), all::toString);
    assertEquals(false, member.isRing(port));
    assertTrue(all.get(0).reason().contains("No space left on device"), all::toString);
    List<String> warnings =
        member.warnings().stream().filter(w -> w.startsWith("127.0.0.1:")).toList();
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).contains("No space left on device"), warnings::toString);
    assertTrue(warnings.get(0).startsWith("127.0.0.1:" + port), warnings::toString);
  }
}
