package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Lock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;

/** Tests what the built tool knows of a cluster without a network. */
class ClusterCliIT {
  private static final String JAVA = System.getProperty("java.home") + "/bin/java";
  private static final long SECONDS = 80;

  @TempDir Path temp;

  /** Runs the tool, and returns what it prints; errors as well. */
  private String cli(int exit, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(JAVA, "-XX:TieredStopAtLevel=1", "-jar"));
    command.add(System.getProperty("vertxipc.cli.jar"));
    command.addAll(List.of(arguments));
    Path out = temp.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "ends");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    assertEquals(exit, process.exitValue(), text);
    return text;
  }

  @Test
  void theDemoNeedsNoSocket() throws Exception {
    String out = cli(0, "demo", "--cluster", "--seconds", "0.1");
    System.out.println(out);
    assertTrue(out.contains("exactly once and in order, without a socket"), out);
    assertTrue(out.lines().anyMatch(line -> CliShell.isGood("cluster", line)), out);
  }

  @Test
  void theDemoOfAClusterHasNoTransports() throws Exception {
    String out = cli(2, "demo", "--cluster", "--transport", "shm");
    assertTrue(out.contains("--cluster has no transports to choose"), out);
  }

  @Test
  void nodesShowsTheStateWithoutJoining() throws Exception {
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-nodes-");
    String[] command = {"nodes", "shop", "--directory", directory.resolve("buses").toString()};
    IpcClusterOptions options = new IpcClusterOptions().setName("shop").setDirectory(command[3]);
    String nobody = cli(1, command);
    assertTrue(nobody.contains("no cluster 'shop' is there"), nobody);
    Vertx vertx =
        Await.get(
            Vertx.builder().withClusterManager(new IpcClusterManager(options)).buildClustered());
    String out;
    try {
      Await.get(vertx.eventBus().consumer("orders.new", message -> {}).completion());
      var map = Await.get(vertx.sharedData().<String, Integer>getAsyncMap("stock"));
      Await.get(map.put("tea", 3));
      Await.get(map.put("coffee", 4));
      Await.get(Await.get(vertx.sharedData().getCounter("sold")).addAndGet(17));
      Lock lock = Await.get(vertx.sharedData().getLock("till"));
      out = cli(0, command);
      lock.release();
      assertEquals(1, IpcClusterState.read(options).orElseThrow().nodes().size());
      assertEquals(List.of(), IpcClusterState.read(options).orElseThrow().locks());
    } finally {
      Await.get(vertx.close());
    }
    assertTrue(out.contains("process " + ProcessHandle.current().pid() + "  127.0.0.1:"), out);
    assertTrue(out.contains("   1  orders.new"), out);
    assertTrue(out.contains("map     stock  2 entries"), out);
    assertTrue(out.contains("counter sold  17"), out);
    assertTrue(out.matches("(?s).*lock    till  held by [0-9a-f-]+, 0 waiting.*"), out);
    assertTrue(IpcClusterState.read(options).isEmpty());
    // All files are gone with the last node, and the directory that it made.
    Files.delete(directory);
  }
}
