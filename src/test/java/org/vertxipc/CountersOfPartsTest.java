package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess.Member;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;

/** What the channels, the links and the connections of a cluster count. */
@Timeout(120)
@OnOneJdk
class CountersOfPartsTest {
  private static long sum(List<IpcBusState.Count> all, String name, Map<String, String> tags) {
    return all.stream()
        .filter(c -> c.name().equals(name))
        .filter(c -> c.tags().entrySet().containsAll(tags.entrySet()))
        .mapToLong(IpcBusState.Count::value)
        .sum();
  }

  private static void await(IpcBridge bridge, String name, Map<String, String> tags, long value)
      throws InterruptedException {
    Await.until(
        name + " is " + value + " of " + bridge.counters(),
        () -> sum(bridge.counters(), name, tags) == value);
  }

  private static String lastError(IpcBridge bridge) {
    return bridge.counters().stream()
        .filter(c -> c.name().equals("last.error"))
        .map(c -> c.tags().get("text"))
        .findFirst()
        .orElse("");
  }

  @Test
  void channels() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx one = bus.vertx(true);
      Vertx two = bus.vertx(true);
      BusOptions small = bus.options("b").addExport("t").setRingBytes(1 << 16);
      IpcBridge a = bus.bridge(one, bus.options("a").addImport("t"));
      IpcBridge b = bus.bridge(two, small);
      List<Integer> got = new ArrayList<>();
      two.eventBus().<Buffer>consumer("t", m -> got.add(m.body().length()));
      Await.get(a.start());
      Await.get(b.start());
      Await.get(a.awaitExport("t"));
      Map<String, String> toB = Map.of("peer", "b", "transport", "shm");
      one.eventBus().send("t", Buffer.buffer(new byte[10]));
      await(b, "messages.received", Map.of(), 1);
      assertEquals(0, sum(a.counters(), "peer.fragments.sent", toB));
      assertEquals(0, sum(a.counters(), "peer.full", toB));
      b.pause();
      for (int i = 0; i < 3; i++) {
        one.eventBus().send("t", Buffer.buffer(new byte[200_000]));
      }
      await(a, "peer.full", toB, 3);
      assertTrue(sum(a.counters(), "peer.queue.bytes", toB) > 100_000);
      b.resume();
      await(b, "messages.received", Map.of(), 4);
      await(a, "peer.queue.bytes", toB, 0);
      // A ring takes records of at most an eighth of it.
      long fragments = sum(a.counters(), "peer.fragments.sent", toB);
      assertTrue(fragments >= 3 * 200_000 / (1 << 13), "" + fragments);
      for (IpcBridge each : List.of(a, b)) {
        long polls = sum(each.counters(), "polls", Map.of());
        long withWork = sum(each.counters(), "polls.found", Map.of());
        assertTrue(polls >= withWork && withWork > 0, polls + " " + withWork);
        assertTrue(sum(each.counters(), "doorbells.rung", Map.of()) > 0);
        assertTrue(sum(each.counters(), "doorbells.answered", Map.of()) > 0);
      }
      assertEquals("", lastError(a));
    }
  }

  @Test
  void whoIsMetAgain() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx one = bus.vertx(true);
      Vertx two = bus.vertx(true);
      IpcBridge a = bus.bridge(one, bus.options("a").addImport("t"));
      IpcBridge b = bus.bridge(two, bus.options("b").addExport("t"));
      two.eventBus().consumer("t", m -> m.reply(m.body()));
      Await.get(a.start());
      Await.get(b.start());
      Await.get(a.awaitExport("t"));
      assertEquals(0, sum(a.counters(), "peers.reconnected", Map.of()));
      Path ring = bus.ring("b", "a");
      long before = System.currentTimeMillis();
      try (FileChannel channel = FileChannel.open(ring, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      one.eventBus().send("t", "lost");
      await(a, "peers.reconnected", Map.of(), 1);
      assertTrue(lastError(a).contains("b"), lastError(a));
      long when = sum(a.counters(), "last.error", Map.of());
      assertTrue(when >= before && when <= System.currentTimeMillis(), "" + when);
    }
  }

  @Test
  void links(@TempDir Path temp) throws Exception {
    Vertx vertx = Vertx.vertx();
    PipeLinkOptions echo =
        new PipeLinkOptions()
            .setName("echo")
            .setCommand(List.of("cat"))
            .setSend("to")
            .setReceive("from")
            .setCodec("json-lines")
            .setMaxMessageBytes(1_024);
    JournalLinkOptions journal =
        new JournalLinkOptions()
            .setName("journal")
            .setDirectory(temp.resolve("journal").toString())
            .setSend("to-journal")
            .setReceive("from-journal")
            .setFrom("beginning");
    List<Object> got = new ArrayList<>();
    vertx.eventBus().consumer("from", m -> got.add(m.body()));
    vertx.eventBus().consumer("from-journal", m -> got.add(m.body()));
    IpcBridge bridge =
        IpcBridge.create(vertx, new IpcBridgeOptions().addLink(echo).addLink(journal));
    try {
      Await.get(bridge.start());
      for (int i = 0; i < 5; i++) {
        vertx.eventBus().send("to", i);
        vertx.eventBus().send("to-journal", Buffer.buffer(new byte[3]));
      }
      Map<String, String> ofEcho = Map.of("link", "echo", "type", "pipe");
      Map<String, String> ofJournal = Map.of("link", "journal", "type", "journal");
      for (Map<String, String> tags : List.of(ofEcho, ofJournal)) {
        await(bridge, "link.messages.sent", tags, 5);
        await(bridge, "link.messages.received", tags, 5);
        await(bridge, "link.queue.bytes", tags, 0);
      }
      assertEquals(10, sum(bridge.counters(), "link.bytes.sent", ofEcho));
      assertEquals(5, sum(bridge.counters(), "link.bytes.received", ofEcho));
      assertEquals(15, sum(bridge.counters(), "link.bytes.sent", ofJournal));
      assertEquals(15, sum(bridge.counters(), "link.bytes.received", ofJournal));
      vertx.eventBus().send("to", "too long ".repeat(1_000));
      await(bridge, "link.events", Map.of("link", "echo", "event", "refused"), 1);
      assertTrue(lastError(bridge).startsWith("Link 'echo': refused"), lastError(bridge));
      assertEquals(10, got.size());
      Await.get(bridge.close());
      assertEquals(0, sum(bridge.counters(), "link.messages.sent", Map.of()));
    } finally {
      Await.get(vertx.close());
    }
  }

  @Test
  void connectionsOfACluster() throws Exception {
    try (ClusterHosts hosts = new ClusterHosts()) {
      Member a = hosts.spawnAlone().member("a").start(hosts.local(1));
      Member b = hosts.spawnAlone().member("b").start(hosts.local(1));
      b.consume("t.echo", "echo");
      assertEquals("on", a.request("t.echo", "on"));
      Path directory = hosts.directory(1);
      BusOptions options = new BusOptions().setName("cluster").setDirectory(directory.toString());
      Map<String, String> byRing = Map.of("by", "ring");
      Await.until(
          "both show it",
          () -> {
            List<IpcBusState.Node> nodes = nodes(options);
            return nodes.size() == 2
                && nodes.stream()
                    .allMatch(
                        node ->
                            node.alive()
                                && node.transport().equals("streams")
                                && sum(node.counters(), "connections", byRing) > 0
                                && node.sum("connections.bytes.sent") > 0
                                && node.sum("connections.bytes.received") > 0);
          });
      b.process().kill();
      Await.until(
          "what the dead had counted is kept",
          () ->
              nodes(options).stream()
                  .anyMatch(
                      node -> !node.alive() && sum(node.counters(), "connections", byRing) > 0));
    }
  }

  private static List<IpcBusState.Node> nodes(BusOptions options) {
    try {
      return IpcBusState.read(options).orElseThrow().nodes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
