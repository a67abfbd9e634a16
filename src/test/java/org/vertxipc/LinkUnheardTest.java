package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.options.LinkOptions;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Programs that speak while nobody listens: what they say waits, whichever link they use. */
@OnOneJdk
class LinkUnheardTest {
  private static final int COUNT = 10;

  @TempDir Path temp;
  private final Processes processes = new Processes();

  @AfterEach
  void end() throws Exception {
    processes.end();
  }

  private static PipeLinkOptions child(String script) {
    return new PipeLinkOptions()
        .setCommand(List.of("sh", "-c", script))
        .setRestart("never")
        .setName("child")
        .setEvents("events")
        .setReceive("later");
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static List<String> listen(Vertx vertx, String address) {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    vertx.eventBus().consumer(address, m -> heard.add(m.body().toString()));
    return heard;
  }

  /**
   * Prepares one program of each kind, which speaks before there is a link, or as soon as it is.
   */
  private Map<String, LinkOptions<?>> programs(String deliver, MessageQueue queue, String name)
      throws Exception {
    String script = "seq 0 " + (COUNT - 1);
    Path fifo = temp.resolve("fifo-" + deliver);
    Posix.mkfifo(fifo, 0600);
    processes.start(new ProcessBuilder("sh", "-c", script + " > " + fifo));
    ByteBuffer buffer = ByteBuffer.allocateDirect(16);
    for (String number : numbers(0, COUNT)) {
      byte[] bytes = number.getBytes(StandardCharsets.UTF_8);
      buffer.put(0, bytes);
      assertTrue(queue.send(Posix.address(buffer), bytes.length, 0));
    }
    String journal = temp.resolve("journal-" + deliver).toString();
    JournalLinkOptions recording = new JournalLinkOptions().setDirectory(journal).setSend("out");
    try (LinkBridge bridge = LinkBridge.started(recording)) {
      for (String number : numbers(0, COUNT)) {
        bridge.request(number);
      }
    }
    Map<String, LinkOptions<?>> all = new TreeMap<>();
    all.put("pipe-" + deliver, child(script));
    all.put("fifo-" + deliver, new FifoLinkOptions().setRead(fifo.toString()));
    all.put("mqueue-" + deliver, new MqueueLinkOptions().setRead(name));
    all.put("journal-" + deliver, new JournalLinkOptions().setDirectory(journal));
    all.forEach(
        (link, options) -> {
          options.setName(link);
          options.setEvents("events");
          options.setDeliver(deliver);
          options.setReceive("later." + link);
        });
    return all;
  }

  @Test
  void whatIsSaidBeforeSomebodyListensWaits() throws Exception {
    Map<String, LinkOptions<?>> links = new TreeMap<>();
    for (String deliver : List.of("send", "publish")) {
      String name = "/vertx-ipc-unheard-" + deliver + ProcessHandle.current().pid();
      MessageQueue queue = MessageQueue.create(name, Posix.O_WRONLY, 0600, COUNT, 16);
      links.putAll(programs(deliver, queue, name));
      queue.close();
    }
    try (LinkBridge bridge = LinkBridge.started(links.values().toArray(new LinkOptions<?>[0]))) {
      Await.until("somebody was told", () -> bridge.events("unheard").size() == links.size());
      Map<String, List<String>> heard = new TreeMap<>();
      links.keySet().forEach(link -> heard.put(link, listen(bridge.vertx, "later." + link)));
      for (Map.Entry<String, List<String>> each : heard.entrySet()) {
        Await.until("all of " + each.getKey(), () -> each.getValue().size() >= COUNT);
        assertEquals(numbers(0, COUNT), each.getValue(), each.getKey());
      }
    } finally {
      for (String deliver : List.of("send", "publish")) {
        MessageQueue.unlink("/vertx-ipc-unheard-" + deliver + ProcessHandle.current().pid());
      }
    }
  }

  @Test
  void moreThanAPipeHoldsWaitsInTheProgram() throws Exception {
    int many = 50_000;
    try (LinkBridge bridge = LinkBridge.started(child("seq 0 " + (many - 1)))) {
      bridge.awaitEvent("unheard");
      assertEquals(List.of(), bridge.events("exited"), "it waits to be read");
      List<String> heard = listen(bridge.vertx, "later");
      Await.until("all", () -> heard.size() >= many);
      assertEquals(numbers(0, many), heard);
      assertEquals(List.of(), bridge.events("dropped"));
    }
  }

  @Test
  void whileAConsumerIsReplacedNothingIsLost() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(child("cat").setSend("out"))) {
      List<String> heard = new CopyOnWriteArrayList<>();
      MessageConsumer<Object> first =
          bridge.vertx.eventBus().consumer("later", m -> heard.add(m.body().toString()));
      numbers(0, COUNT).forEach(bridge::send);
      Await.until("the first half", () -> heard.size() == COUNT);
      Await.get(first.unregister());
      numbers(COUNT, 2 * COUNT).forEach(bridge::send);
      bridge.awaitEvent("unheard");
      List<String> rest = listen(bridge.vertx, "later");
      Await.until("the rest", () -> rest.size() >= COUNT);
      assertEquals(numbers(COUNT, 2 * COUNT), rest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "turn"})
  void answersDoNotWaitForTheConsumerOfOtherMessages(String reply) throws Exception {
    PipeLinkOptions options =
        child("echo '{\"n\":1}'; echo '{\"n\":2}'; exec cat")
            .setCodec("json-lines")
            .setSend("out")
            .setReply(reply);
    try (LinkBridge bridge = LinkBridge.started(options)) {
      bridge.awaitEvent("unheard");
      for (int i = 0; i < COUNT; i++) {
        JsonObject answer = (JsonObject) bridge.request(new JsonObject().put("id", i));
        assertEquals(i, answer.getInteger("id"));
      }
      List<String> heard = listen(bridge.vertx, "later");
      Await.until("both", () -> heard.size() >= 2);
      assertEquals(List.of("{\"n\":1}", "{\"n\":2}"), heard);
    }
  }

  @Test
  void whereReadingGoesOnTheOldestIsDroppedAndCounted() throws Exception {
    int many = 250_000;
    PipeLinkOptions options = child("seq 0 " + (many - 1)).setDeliver("publish");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      bridge.awaitEvent("exited");
      List<String> heard = listen(bridge.vertx, "later");
      String last = Integer.toString(many - 1);
      Await.until("the last", () -> heard.contains(last));
      int dropped = bridge.events("dropped").stream().mapToInt(e -> e.getInteger("messages")).sum();
      assertTrue(dropped > 0);
      assertEquals(numbers(dropped, many), heard);
    }
  }

  @Test
  void whatWaitsAtTheStopIsLostAndCounted() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(child("seq 1 " + COUNT))) {
      bridge.awaitEvent("exited");
      Await.get(bridge.bridge().close());
      assertEquals(COUNT, bridge.awaitEvent("lost").getInteger("messages"));
    }
  }

  @Test
  void aConsumerElsewhereInTheClusterIsFound() throws Exception {
    String directory = "/dev/shm/vertx-ipc-unheard-" + ProcessHandle.current().pid();
    List<Vertx> members = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      IpcClusterOptions options = new IpcClusterOptions().setDirectory(directory);
      members.add(
          Await.get(
              Vertx.builder().withClusterManager(new IpcClusterManager(options)).buildClustered()));
    }
    try {
      List<JsonObject> events = new CopyOnWriteArrayList<>();
      members.get(0).eventBus().<JsonObject>localConsumer("events", m -> events.add(m.body()));
      PipeLinkOptions options = child("seq 0 9; read go; seq 10 19").setSend("out");
      Await.get(IpcBridge.create(members.get(0), new IpcBridgeOptions().addLink(options)).start());
      Await.until(
          "unheard", () -> events.stream().anyMatch(e -> "unheard".equals(e.getString("event"))));
      List<String> heard = listen(members.get(1), "later");
      Await.until("the first half", () -> heard.size() >= COUNT);
      members.get(0).eventBus().send("out", "go");
      Await.until("all", () -> heard.size() >= 2 * COUNT);
      assertEquals(numbers(0, 2 * COUNT), heard);
    } finally {
      for (Vertx each : members) {
        Await.get(each.close());
      }
    }
  }

  @Test
  void aConsumerOfAnotherNodeIsFound() throws Exception {
    Vertx here = Vertx.vertx();
    Vertx there = Vertx.vertx();
    String directory = temp.resolve("bus").toString();
    try {
      BusOptions importing =
          new BusOptions().setName("b").setDirectory(directory).setImports(List.of("later"));
      Await.get(
          IpcBridge.create(
                  here,
                  new IpcBridgeOptions().setBus(importing).addLink(child("seq 0 " + (COUNT - 1))))
              .start());
      List<String> heard = listen(there, "later");
      BusOptions exporting =
          new BusOptions().setName("b").setDirectory(directory).setExports(List.of("later"));
      Await.get(IpcBridge.create(there, new IpcBridgeOptions().setBus(exporting)).start());
      Await.until("all", () -> heard.size() >= COUNT);
      assertEquals(numbers(0, COUNT), heard);
    } finally {
      Await.get(here.close());
      Await.get(there.close());
    }
  }

  @Test
  void aNodeThatExportsTheAddressWithoutAConsumerIsNobody() throws Exception {
    Vertx here = Vertx.vertx();
    Vertx there = Vertx.vertx();
    BusOptions exporting =
        new BusOptions()
            .setName("b")
            .setDirectory(temp.resolve("bus").toString())
            .setExports(List.of("later", "ready"));
    BusOptions importing =
        new BusOptions(exporting).setExports(List.of()).setImports(List.of("later", "ready"));
    try {
      Await.get(IpcBridge.create(there, new IpcBridgeOptions().setBus(exporting)).start());
      there.eventBus().consumer("ready", m -> m.reply("yes"));
      IpcBridge bridge =
          IpcBridge.create(
              here,
              new IpcBridgeOptions().setBus(importing).addLink(child("seq 0 " + (COUNT - 1))));
      Await.get(bridge.start());
      // The program may write by now, and the other node is known.
      Await.get(bridge.awaitExport("later"));
      Await.get(here.eventBus().request("ready", ""));
      List<String> heard = listen(there, "later");
      Await.until("all", () -> heard.size() >= COUNT);
      assertEquals(numbers(0, COUNT), heard);
      assertEquals(0, bridge.stats().nobody());
    } finally {
      Await.get(here.close());
      Await.get(there.close());
    }
  }
}
