package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterProcess.Connection;
import org.vertxipc.testing.ClusterProcess.Member;
import org.vertxipc.testing.Namespaces;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/**
 * Processes that have network namespaces of their own, as containers have, and share the directory
 * of a bus.
 */
@Faults
@OnOneJdk
class LaneNamespacesTest {
  private static final String ONE = "10.97.0.1";
  private static final String OTHER = "10.97.0.2";

  private final ClusterHosts hosts = new ClusterHosts();

  LaneNamespacesTest() throws IOException {}

  /** Starts a JVM in a network of its own, which has loopback only. */
  private ClusterProcess spawnApart() throws Exception {
    Namespaces network = Namespaces.of("net").first("ip link set lo up").assumePossible();
    ClusterProcess process = hosts.spawn(network.starter(), Map.of());
    process.awaitUp();
    return process;
  }

  private static List<String> inNetworkOf(ClusterProcess process) {
    return List.of("nsenter", "--net=/proc/" + process.pid() + "/ns/net");
  }

  /** Two containers have the same addresses on loopback: that of another container is not meant. */
  @Test
  void loopbackOfAnotherNetworkIsNotMeant() throws Exception {
    try (hosts) {
      int[] ports = {hosts.port(), hosts.port()};
      JsonObject[] configs = {hosts.config(1, ports[0]), hosts.config(1, ports[1])};
      List<List<Member>> clusters = new ArrayList<>();
      for (int network = 0; network < 2; network++) {
        ClusterProcess one = spawnApart();
        ClusterProcess other = hosts.spawn(inNetworkOf(one), Map.of());
        Member a = one.member("a").start(configs[0]);
        Member b = other.member("b").start(configs[1]);
        ClusterHosts.join("t.join", a, b);
        clusters.add(List.of(a, b));
      }
      for (int network = 0; network < 2; network++) {
        String text = "of network " + network;
        List<Member> cluster = clusters.get(network);
        cluster.get(0).publish("t.join", text);
        for (Member each : cluster) {
          Await.until("it comes", () -> received(each).contains(text));
        }
        assertEquals(true, cluster.get(0).isRing(ports[1]));
        assertEquals(true, cluster.get(1).isRing(ports[0]));
      }
      for (int network = 0; network < 2; network++) {
        for (Member each : clusters.get(network)) {
          assertEquals(false, received(each).contains("of network " + (1 - network)));
          assertEquals(List.of(), each.warnings());
          assertEquals(List.of(), each.wrong());
        }
      }
    }
  }

  private static List<?> received(Member member) {
    try {
      return member.received("t.join");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** They know each other by addresses of a network between them, and send by rings. */
  @Test
  void aClusterOfTwoNetworksGoesByRings() throws Exception {
    try (hosts) {
      ClusterProcess one = spawnApart();
      ClusterProcess other = spawnApart();
      connect(one, other);
      int port = hosts.port();
      JsonObject config = hosts.config(1, port).put("hosts", new JsonArray().add(ONE).add(OTHER));
      Member a = one.member("a").start(config.copy().put("host", ONE));
      Member b = other.member("b").start(config.copy().put("host", OTHER));
      ClusterHosts.join("t.join", a, b);
      a.consume("t.a", "echo");
      b.consume("t.b", "echo");
      assertEquals("on", a.request("t.b", "on"));
      assertEquals("on", b.request("t.a", "on"));
      for (Member each : List.of(a, b)) {
        List<Connection> all = each.connections();
        assertEquals(List.of(), all.stream().filter(c -> !c.ring()).toList());
        assertEquals(2, all.size(), all::toString);
        assertEquals(List.of(), each.warnings());
      }
    }
  }

  private static void connect(ClusterProcess one, ClusterProcess other) throws Exception {
    String peer = Long.toString(other.pid());
    run(one, "ip", "link", "add", "one", "type", "veth", "peer", "name", "other", "netns", peer);
    address(one, "one", ONE);
    address(other, "other", OTHER);
  }

  private static void address(ClusterProcess process, String device, String address)
      throws Exception {
    run(process, "ip", "address", "add", address + "/24", "dev", device);
    run(process, "ip", "link", "set", device, "up");
  }

  private static void run(ClusterProcess process, String... command) throws Exception {
    List<String> all = new ArrayList<>(inNetworkOf(process));
    all.addAll(List.of(command));
    assumeTrue(Processes.exit(all.toArray(String[]::new)) == 0, "needs a pair of devices: " + all);
  }
}
