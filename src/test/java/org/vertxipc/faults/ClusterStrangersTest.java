package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;
import org.vertxipc.testing.Namespaces;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;

/**
 * Processes that are started in unusual ways are a cluster without a network, or it is said why.
 */
@Faults
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@OnOneJdk
class ClusterStrangersTest {
  private static final int GROUP = 54_322;
  private static final int PORT = 4_711;

  private final ClusterHosts hosts = new ClusterHosts();

  ClusterStrangersTest() throws IOException {}

  private ClusterView start(ClusterProcess process, String name, JsonObject config)
      throws IOException {
    return new ClusterView(process.member(name).start(config));
  }

  /** All reach all, and nobody has a socket. */
  private static void areCluster(ClusterView... all) throws Exception {
    for (ClusterView each : all) {
      each.awaitNodes(all.length);
      each.member().consume("t.echo." + each.id(), "echo");
      each.put("map", each.id(), "there");
    }
    for (ClusterView from : all) {
      assertEquals(all.length, from.size("map"));
      for (ClusterView to : all) {
        assertEquals("on", from.member().request("t.echo." + to.id(), "on"));
      }
    }
    for (ClusterView each : all) {
      assertEquals(List.of(), each.member().warningsOfFaults());
      assertEquals(List.of(), each.member().wrong());
      assertEquals(List.of(), each.member().process().sockets());
    }
  }

  @Test
  void ourJarAloneIsEnough() throws Exception {
    String name = "alone-" + new Random().nextInt(1 << 20);
    String property =
        "-Dvertxipc.cluster=" + hosts.local(1).getJsonObject("cluster").put("name", name);
    JsonObject options = new JsonObject().put("cluster", new JsonObject());
    try (hosts) {
      // Vertx.clusteredVertx(options), without a word of a cluster manager in the program.
      ClusterProcess first = hosts.spawnAlone(property);
      ClusterProcess second = hosts.spawnAlone(property);
      areCluster(
          start(first, "a", options), start(first, "b", options), start(second, "c", options));
    }
  }

  @Test
  void explicitPortsAreNames() throws Exception {
    try (hosts) {
      ClusterProcess first = hosts.spawnAlone();
      ClusterProcess second = hosts.spawnAlone();
      ClusterView a = start(first, "a", hosts.local(1).put("port", PORT));
      ClusterView b = start(second, "b", hosts.local(1).put("port", PORT + 1));
      areCluster(a, b);
      String why =
          assertThrows(
                  IOException.class, () -> start(second, "c", hosts.local(1).put("port", PORT)))
              .getMessage();
      assertTrue(why.contains("another process has 127.0.0.1:" + PORT + ", too"), why);
      a.awaitNodes(2);
      assertEquals("on", b.member().request("t.echo." + a.id(), "on"));
      assertEquals("on", a.member().request("t.echo." + a.id(), "on"));
    }
  }

  @Test
  void whatWasDeployedOnWhoDiesIsDeployedElsewhere() throws Exception {
    try (hosts) {
      ClusterProcess dies = hosts.spawnAlone();
      ClusterView a = start(dies, "a", hosts.local(1).put("ha", true));
      ClusterView b = start(hosts.spawnAlone(), "b", hosts.local(1).put("ha", true));
      a.deploy();
      assertEquals(a.id(), b.member().request("t.here", "?"));
      String id = b.id();
      dies.kill();
      b.awaitNodes(1);
      Await.until("it is deployed again", () -> registrations(b) == 1);
      assertEquals(id, b.member().request("t.here", "?"));
      assertEquals(List.of(), b.member().process().sockets());
    }
  }

  private static int registrations(ClusterView view) {
    try {
      return view.registrations("t.here");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void otherNamespacesOfThisUserAreOneCluster() throws Exception {
    Namespaces pod = Namespaces.of("pid", "net").assumePossible();
    try (hosts) {
      ClusterProcess one = hosts.spawnAlone(pod.starter(), "-XX:-UsePerfData");
      ClusterProcess other = hosts.spawnAlone(pod.starter(), "-XX:-UsePerfData");
      ClusterProcess here = hosts.spawnAlone();
      ClusterView a = start(one, "a", hosts.local(1));
      ClusterView b = start(other, "b", hosts.local(1));
      ClusterView c = start(here, "c", hosts.local(1));
      areCluster(a, b, c);
      a.lock("lock");
      a.awaitLocked("lock");
      b.lock("lock");
      ProcessHandle waits = ProcessHandle.of(one.pid()).orElseThrow();
      waits.descendants().forEach(ProcessHandle::destroyForcibly);
      b.awaitLocked("lock");
      c.awaitNodes(2);
    }
  }

  @Test
  void aGroupSharesACluster() throws Exception {
    assumeTrue(OtherUsers.canBe(), "only the superuser can be other users");
    Path base = Path.of("/dev/shm/vertx-ipc-cluster-" + ProcessHandle.current().pid());
    Files.createDirectory(base);
    Files.setAttribute(base, "unix:mode", 01777);
    JsonObject cluster =
        new JsonObject()
            .put("directory", base.resolve("buses").toString())
            .put("mode", "0660")
            .put("group", Integer.toString(GROUP))
            .put("logBytes", 1 << 16);
    JsonObject config = new JsonObject().put("cluster", cluster);
    try (hosts;
        OtherUsers users = new OtherUsers()) {
      // All begin at the same time.
      List<ClusterProcess> processes = List.of(spawn(users, 50_011), spawn(users, 50_012));
      ClusterProcess stranger = users.add(hosts, 50_013);
      for (ClusterProcess each : processes) {
        each.member("m").callLater("start", config);
      }
      for (ClusterProcess each : processes) {
        each.answer();
      }
      ClusterView one = new ClusterView(processes.get(0).member("m"));
      ClusterView two = new ClusterView(processes.get(1).member("m"));
      areCluster(one, two);
      for (ClusterView each : List.of(one, two)) {
        each.putMany("many", 3_000, 100);
      }
      assertEquals(one.digest("many"), two.digest("many"));
      String why = assertThrows(IOException.class, () -> start(stranger, "m", config)).getMessage();
      assertTrue(why.contains("Permission denied") || why.contains("not permitted"), why);
      processes.get(0).kill();
      two.awaitNodes(1);
      two.putMany("many", 3_000, 101);
    } finally {
      OtherUsers.delete(base);
    }
    assertFalse(Files.exists(base));
  }

  private ClusterProcess spawn(OtherUsers users, int user) throws IOException {
    return users.add(hosts, user, GROUP);
  }

  @Test
  void whoHasItsOwnSharedMemoryIsAlone() throws Exception {
    Namespaces pod = Namespaces.of("mount").first("mount -t tmpfs tmpfs /dev/shm").assumePossible();
    try (hosts) {
      ClusterView a = start(hosts.spawnAlone(), "a", hosts.local(1));
      ClusterView b =
          start(hosts.spawnAlone(pod.starter(), "-XX:-UsePerfData"), "b", hosts.local(1));
      assertEquals(List.of(a.id()), a.nodes());
      assertEquals(List.of(b.id()), b.nodes());
    }
  }
}
