package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;

/** Reads what nodes have counted from outside, and compares it with what was done. */
@OnOneJdk
class CountersTest {
  private TestBus bus;

  @AfterEach
  void end() throws Exception {
    bus.close();
  }

  private Optional<IpcBusState.Node> node(String name) {
    try {
      return IpcBusState.read(bus.options("none"))
          .flatMap(state -> state.nodes().stream().filter(n -> n.name().equals(name)).findFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long value(IpcBusState.Node node, String name, Map<String, String> tags) {
    return node.counters().stream()
        .filter(count -> count.name().equals(name) && count.tags().equals(tags))
        .mapToLong(IpcBusState.Count::value)
        .findFirst()
        .orElse(-1);
  }

  private void awaitValue(String node, String name, Map<String, String> tags, long expected)
      throws InterruptedException {
    Await.until(
        name + " of " + node + " is " + expected,
        () -> node(node).filter(n -> value(n, name, tags) == expected).isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo"})
  void whatWasDoneIsCounted(String transport) throws Exception {
    bus = new TestBus(transport);
    Vertx one = bus.vertx(true);
    Vertx two = bus.vertx(true);
    IpcBridge a = bus.bridge(one, bus.options("a").addImport("t.*").setMaxMessageBytes(100_000));
    IpcBridge b = bus.bridge(two, bus.options("b").addExport("t.echo").addExport("t.none"));
    two.eventBus().consumer("t.echo", m -> m.reply(m.body()));
    Await.get(a.start());
    Await.get(b.start());
    Await.get(a.awaitExport("t.none"));
    int requests = 200;
    for (int i = 0; i < requests; i++) {
      Await.get(one.eventBus().request("t.echo", Buffer.buffer(new byte[50])));
    }
    int tooLong = 3;
    for (int i = 0; i < tooLong; i++) {
      Await.failure(one.eventBus().request("t.echo", Buffer.buffer(new byte[200_000])));
    }
    one.eventBus().send("t.none", "nobody is there");
    Map<String, String> toB = new TreeMap<>(Map.of("peer", "b", "transport", transport));
    Map<String, String> toA = new TreeMap<>(Map.of("peer", "a", "transport", transport));
    awaitValue("a", "messages.lost", Map.of("reason", "too-large"), tooLong);
    awaitValue("a", "messages.lost", Map.of("reason", "nobody"), 1);
    awaitValue("a", "peer.messages.sent", toB, requests + 1);
    awaitValue("b", "peer.messages.received", toA, requests + 1);
    awaitValue("b", "export.consumers", Map.of("address", "t.echo"), 1);
    awaitValue("b", "export.consumers", Map.of("address", "t.none"), 0);
    awaitValue("b", "exports", Map.of(), 2);
    awaitValue("a", "peer.requests.pending", toB, 0);
    IpcBusState.Node seen = node("a").orElseThrow();
    assertTrue(seen.alive());
    assertEquals(ProcessHandle.current().pid(), seen.pid());
    assertEquals(transport, seen.transport());
    assertTrue(value(seen, "peer.bytes.sent", toB) > requests * 50L);
    assertEquals(a.stats().sent(), value(seen, "messages.sent", Map.of()));
    Await.get(b.withdraw("t.none"));
    awaitValue("b", "export.consumers", Map.of("address", "t.none"), -1);
    Await.get(b.close());
    awaitValue("a", "peer.messages.sent", toB, -1);
    assertEquals(Optional.empty(), node("b"), "it has left in order");
  }

  @Test
  void whatTheDeadHadCountedIsKept() throws Exception {
    bus = new TestBus("shm");
    NodeProcess survivor = bus.process(bus.options("survivor").addExport("t.echo"));
    NodeProcess dead = bus.process(bus.options("dead").addImport("t.*"));
    survivor.call("start");
    survivor.consume("t.echo", "echo");
    dead.call("start");
    dead.call("await", "t.echo");
    for (int i = 0; i < 10; i++) {
      dead.call("request", "t.echo", "on");
    }
    Map<String, String> tags = Map.of("peer", "survivor", "transport", "shm");
    awaitValue("dead", "peer.messages.sent", tags, 10);
    dead.kill();
    Await.until("noticed", () -> node("dead").filter(n -> !n.alive()).isPresent());
    awaitValue("dead", "peer.messages.sent", tags, 10);
    Await.until("cleaned up", () -> !Files.exists(bus.path().resolve("dead")));
    awaitValue("dead", "peer.messages.sent", tags, 10);
    assertEquals(
        List.of("survivor", "dead"),
        IpcBusState.read(bus.options("none")).orElseThrow().nodes().stream()
            .map(IpcBusState.Node::name)
            .toList());
    assertEquals(
        List.of(bus.path().getFileName().toString()), IpcBusState.buses(bus.options("none")));
    survivor.call("close");
    assertFalse(Files.exists(bus.path()), "the last who leaves takes all with it");
    assertEquals(Optional.empty(), IpcBusState.read(bus.options("none")));
  }

  @Test
  void aTruncatedFileDoesNoHarm() throws Exception {
    bus = new TestBus("shm");
    Vertx one = bus.vertx(true);
    one.eventBus().consumer("t.echo", m -> m.reply(m.body()));
    IpcBridge a = bus.bridge(one, bus.options("a").addExport("t.echo"));
    Await.get(a.start());
    awaitValue("a", "export.consumers", Map.of("address", "t.echo"), 1);
    Files.write(bus.path().resolve("a/counters"), new byte[0]);
    Await.get(a.export("t.more"));
    awaitValue("a", "exports", Map.of(), 2);
    Files.delete(bus.path().resolve("a/counters"));
    awaitValue("a", "exports", Map.of(), 2);
  }

  @Test
  void aDamagedFileHidesNoOtherNode() throws Exception {
    bus = new TestBus("shm");
    NodeProcess a = bus.process(bus.options("a").addExport("t.a"));
    NodeProcess b = bus.process(bus.options("b").addExport("t.b"));
    a.call("start");
    b.call("start");
    awaitValue("a", "exports", Map.of(), 1);
    awaitValue("b", "exports", Map.of(), 1);
    long pid = node("a").orElseThrow().pid();
    // Nobody writes their files any more, and the other has no time to clean up.
    b.signal("STOP");
    a.kill();
    b.kill();
    assertNull(node("a").orElseThrow().problem());
    Path counters = bus.path().resolve("a/counters");
    Path record = bus.path().resolve("a/node.json");
    byte[] whole = Files.readAllBytes(record);
    Files.writeString(record, "{\"version\": 1}");
    IpcBusState.Node older = node("a").orElseThrow();
    assertTrue(older.problem().contains("version 1, this is version 3"), older.problem());
    assertNull(older.transport());
    assertEquals(1, older.sum("exports"));
    Files.write(record, whole);
    Files.write(counters, Arrays.copyOf(Files.readAllBytes(counters), 200));
    IpcBusState.Node damaged = node("a").orElseThrow();
    assertTrue(damaged.problem().contains(counters + " shows no counters: "), damaged.problem());
    assertEquals(pid, damaged.pid());
    assertEquals("shm", damaged.transport());
    assertEquals(List.of(), damaged.counters());
    assertEquals(1, node("b").orElseThrow().sum("exports"));
    Files.delete(counters);
    IpcBusState.Node silent = node("a").orElseThrow();
    assertNull(silent.problem(), "as one of an older version");
    assertEquals(pid, silent.pid());
    assertEquals(bus.path().getParent(), IpcBusState.directory(bus.options("none")));
    Await.get(IpcBridge.clean(bus.vertx(true), bus.options("none"), false, false));
  }
}
