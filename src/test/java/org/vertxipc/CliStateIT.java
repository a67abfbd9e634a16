package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;
import org.vertxipc.testing.OnOneJdk;

/** Tests what the built tool shows of a bus that it does not join. */
@OnOneJdk
class CliStateIT extends CliShell {
  private static final String OF_BUS = " $BUS $DIR";

  private Process node(String name, String exports) throws Exception {
    Files.writeString(
        temp.resolve(name + ".json"),
        """
        {"bus": {"name": "%s", "node": "%s", "directory": "%s", "imports": ["*"],
                 "exports": [%s]}}
        """
            .formatted(bus, name, directory(), exports));
    return shell(name, "exec $CLI run $TEMP/" + name + ".json");
  }

  private void awaitUp(String node) throws InterruptedException {
    Await.until(node, () -> text(node + ".err").contains("is on the bus"));
    Path counters = directory().resolve(bus).resolve(node).resolve("counters");
    Await.until(node + " shows", () -> counters.toFile().length() > 0);
  }

  private static JsonObject of(JsonArray nodes, String name) {
    return nodes.stream()
        .map(JsonObject.class::cast)
        .filter(node -> node.getString("node").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<String> lines(String output) {
    return text(output).lines().map(line -> line.replaceAll(" +", " ")).toList();
  }

  /** Starts commands at the same time, because most of their time goes into starting. */
  private Process[] all(String... commands) throws Exception {
    Process[] all = new Process[commands.length];
    for (int i = 0; i < commands.length; i++) {
      all[i] = shell(Integer.toString(i), "$CLI " + commands[i]);
    }
    return all;
  }

  @Test
  void aBusIsSeen() throws Exception {
    Process one = node("one", "\"a.x\", \"a.y\"");
    Process two = node("two", "\"a.x\"");
    awaitUp("one");
    awaitUp("two");
    Process watch = shell("watch", "exec $CLI stat $BUS one $DIR --watch 1 --json");
    Process[] alive = all("nodes" + OF_BUS, "addresses" + OF_BUS, "errors" + OF_BUS);
    for (Process each : alive) {
      assertEquals(0, exit(each), text("2.out"));
    }
    assertEquals("NODE STATE PID UPTIME TRANSPORT PEERS EXPORTS", lines("0.out").get(0));
    assertTrue(
        lines("0.out").get(1).matches("one alive " + one.pid() + " .+ shm \\d 2"), text("0.out"));
    assertEquals(3, lines("0.out").size(), text("0.out"));
    assertFalse(text("0.out").contains("\u001b"));
    assertEquals(
        List.of("ADDRESS NODE CONSUMERS", "a.x one 0", "a.x two 0", "a.y one 0"), lines("1.out"));
    assertEquals("", text("2.out"));

    Await.until("is watched", () -> text("watch.out").lines().count() >= 3);
    JsonObject second = new JsonObject(text("watch.out").lines().toList().get(2));
    JsonArray counters = second.getJsonArray("nodes").getJsonObject(0).getJsonArray("counters");
    JsonObject sent = counters.getJsonObject(0);
    assertEquals("messages.sent", sent.getString("name"));
    assertEquals(0.0, sent.getDouble("perSecond"));

    two.destroyForcibly().waitFor();
    Path left = directory().resolve(bus).resolve(".dead/two");
    Await.until("cleaned up", () -> Files.exists(left));
    Await.until("noticed", () -> lost("one") == 1);
    Process[] dead =
        all("nodes --json" + OF_BUS, "errors --json" + OF_BUS, "buses --json $DIR", "doctor $DIR");
    assertEquals(List.of(0, 1, 0, 0), exits(dead), text("3.out"));
    JsonArray nodes = new JsonObject(text("0.out")).getJsonArray("nodes");
    assertFalse(of(nodes, "two").getBoolean("alive"));
    assertTrue(of(nodes, "one").getBoolean("alive"));
    String errors = new JsonObject(text("1.out")).getJsonArray("errors").encode();
    assertTrue(errors.contains("\"what\":\"peers lost\",\"reason\":null,\"count\":1"), errors);
    assertTrue(errors.contains("\"node\":\"two\",\"alive\":false,\"what\":\"died\""), errors);
    JsonObject ours =
        new JsonObject(text("2.out"))
            .getJsonArray("buses").stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("bus").equals(bus))
                .findFirst()
                .orElseThrow();
    assertEquals(1, ours.getInteger("live"));
    assertEquals(1, ours.getInteger("dead"));
    assertTrue(lines("3.out").contains("ok dead nodes none has left files"), text("3.out"));

    assertEquals(0, exit(shell("pages", "cat /proc/sys/fs/pipe-user-pages-soft")));
    String doctor = text("3.out").replace(",", "");
    assertTrue(doctor.contains("pipe-user-pages-soft " + text("pages.out").strip()), doctor);

    writeLosses(left.resolveSibling("three"));

    // What is damaged is said, and hides nothing else.
    Files.write(left, Arrays.copyOf(Files.readAllBytes(left), 200));
    Process[] damaged =
        all(
            "stat --json" + OF_BUS,
            "errors" + OF_BUS,
            "stat nobody $DIR",
            "stat $BUS nobody $DIR",
            "stat" + OF_BUS + " --watch 1 | head -n 1");
    assertEquals(List.of(0, 1, 1, 1, 0), exits(damaged));
    nodes = new JsonObject(text("0.out")).getJsonArray("nodes");
    assertTrue(of(nodes, "two").getString("problem").contains("shows no counters"));
    assertNull(of(nodes, "one").getString("problem"));
    assertFalse(of(nodes, "one").getJsonArray("counters").isEmpty());
    assertTrue(text("0.err").contains(": node two: " + left), text("0.err"));
    assertTrue(text("1.out").contains("unreadable"), text("1.out"));
    assertTrue(lines("1.out").contains("three dead messages lost too-large 1,234"), text("1.out"));
    assertFalse(text("1.out").contains("nobody"), "nothing was lost for that reason");
    assertTrue(
        text("2.err").contains("no bus 'nobody' is there; " + directory() + " has "),
        text("2.err"));
    assertTrue(text("2.err").contains(bus), text("2.err"));
    assertTrue(text("3.err").contains("no node 'nobody'; it has one, three, two"), text("3.err"));
    assertEquals("NODE STATE COUNTER OF VALUE", lines("4.out").get(0));
    one.destroy();
    assertEquals(143, exit(one));
    Await.until("the watch goes on", () -> text("watch.out").endsWith("\"nodes\":[]}\n"));
    watch.destroy();
    assertEquals(143, exit(watch));
    assertEquals("", text("watch.err"));
  }

  private static List<Integer> exits(Process... processes) throws InterruptedException {
    Integer[] codes = new Integer[processes.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = exit(processes[i]);
    }
    return List.of(codes);
  }

  /** How many peers a node shows that it has lost. */
  private long lost(String name) {
    try {
      return IpcBusState.read(new BusOptions().setName(bus).setDirectory(directory().toString()))
          .orElseThrow()
          .nodes()
          .stream()
          .filter(node -> node.name().equals(name))
          .mapToLong(node -> node.sum("peers.lost"))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
