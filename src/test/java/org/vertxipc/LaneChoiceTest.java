package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterProcess.Connection;
import org.vertxipc.testing.ClusterProcess.Member;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/**
 * How a node gets a transport that goes by rings, and what it does beside others. The processes are
 * members of two clusters, one for each test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@OnOneJdk
class LaneChoiceTest {
  private static final String VARIABLE =
      new JsonObject().put("ringBytes", 1 << 17).put("require", true).encode();

  private final ClusterHosts hosts;
  private ClusterProcess byProperty;
  private ClusterProcess byVariable;

  LaneChoiceTest() throws IOException {
    hosts = new ClusterHosts();
  }

  @BeforeAll
  void start() throws Exception {
    byProperty = hosts.spawn(Map.of(), "-Dvertxipc.transport=true");
    byVariable = hosts.spawn(Map.of("VERTXIPC_TRANSPORT", VARIABLE));
  }

  @AfterAll
  void end() throws Exception {
    hosts.close();
  }

  @Test
  void aPropertyOrAVariableIsEnough() throws Exception {
    byVariable.transport(null);
    int[] ports = {hosts.port(), hosts.port(), hosts.port()};
    Member one = byProperty.member("one").start(hosts.config(ports[0])).consume("t.0", "echo");
    Member other = byVariable.member("other").start(hosts.config(ports[1])).consume("t.1", "echo");
    assertEquals("on", one.request("t.1", "on"));
    assertEquals("on", other.request("t.0", "on"));
    assertEquals(true, one.isRing(ports[1]));
    assertEquals(true, other.isRing(ports[0]));
    // The property counts more than the variable.
    byVariable.transport("{\"rinBytes\":65536}");
    Member wrong = byVariable.member("wrong");
    JsonObject config = hosts.config(ports[2]);
    String why = assertThrows(IOException.class, () -> wrong.start(config)).getMessage();
    assertTrue(why.contains("system property vertxipc.transport"), why);
    assertTrue(why.contains("rinBytes"), why);
    byVariable.transport("false");
    Member plain = byVariable.member("plain").start(config).consume("t.2", "echo");
    assertEquals("on", plain.request("t.0", "on"));
    assertEquals("on", one.request("t.2", "on"));
    assertEquals(List.of(), plain.connections());
    assertEquals(false, one.isRing(ports[2]));
    assertEquals(List.of(), one.warnings());
  }

  /** All with TLS. */
  @Test
  void nodesOfOneTransportAndOfNone(@TempDir Path temp) throws Exception {
    String keys = temp.resolve("keys.jks").toString();
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    assertTrue(
        Processes.runs(
            (keytool + " -genkeypair -alias t -keyalg EC -dname CN=localhost -storetype JKS")
                .concat(" -storepass password -keypass password -keystore " + keys)
                .split(" ")));
    try (ClusterHosts cluster = new ClusterHosts()) {
      byVariable.transport("false");
      int[] ports = {cluster.port(), cluster.port(), cluster.port(), cluster.port()};
      Member[] all = {
        byProperty
            .member("a")
            .start(cluster.config(1, ports[0]).put("tls", keys).put("shared", "s")),
        byProperty
            .member("b")
            .start(cluster.config(1, ports[1]).put("tls", keys).put("shared", "s")),
        byVariable.member("c").start(cluster.config(1, ports[2]).put("tls", keys)),
        byVariable.member("plain").start(cluster.config(ports[3]).put("tls", keys))
      };
      for (int i = 0; i < all.length; i++) {
        all[i].consume("t." + i, "echo").consume("t.sum." + i, "sum");
      }
      for (Member member : all) {
        for (int to = 0; to < all.length; to++) {
          assertEquals("on", member.request("t." + to, "on"));
          assertTrue(member.bytesCome("t.sum." + to, 300_000));
        }
      }
      // The two of one transport have their connections in common: three ways out of each.
      List<Connection> out = outbound(all[0]);
      assertEquals(out, outbound(all[1]));
      assertEquals(6, out.size(), out::toString);
      assertEquals(4, out.stream().filter(Connection::ring).count(), out::toString);
      for (Connection c : out) {
        assertEquals(c.remote().endsWith(":" + ports[3]), !c.ring(), out::toString);
      }
      assertEquals(true, all[2].isRing(ports[0]));
      assertEquals(true, all[2].isRing(ports[1]));
      assertEquals(false, all[2].isRing(ports[3]));
      assertNull(all[3].isRing(ports[0]));
      // One of them goes, the other stays.
      all[1].close();
      assertEquals("on", all[0].request("t.2", "on"));
      assertEquals("on", all[2].request("t.0", "on"));
      assertEquals(true, all[0].isRing(ports[2]));
      for (Member member : List.of(all[0], all[2], all[3])) {
        assertEquals(List.of(), member.wrong());
        assertEquals(List.of(), member.warnings());
      }
      for (Member member : List.of(all[0], all[2], all[3])) {
        member.close();
      }
    }
  }

  private static List<Connection> outbound(Member member) {
    return member.connections().stream()
        .filter(c -> !c.inbound())
        .sorted(Comparator.comparing(Connection::toString))
        .toList();
  }
}
