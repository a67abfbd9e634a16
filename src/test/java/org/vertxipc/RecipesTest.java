package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.Markdown;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;

/** Checks that the configurations of docs/recipes.md do what the page says. */
class RecipesTest {
  @TempDir Path temp;
  private List<JsonObject> recipes;

  @BeforeEach
  void read() throws IOException {
    recipes = new ArrayList<>();
    for (Markdown.Block block : Markdown.blocks(Path.of("docs/recipes.md"))) {
      if (block.language().equals("json")) {
        // The places of a reader are not those of a test.
        String text = block.text().replace("/tmp/", temp + "/").replace("/var" + temp, "" + temp);
        recipes.add(new JsonObject(text));
      }
    }
  }

  /** The only configuration that has a text in it. */
  private IpcBridgeOptions recipe(TestBus bus, String with) {
    List<JsonObject> found = recipes.stream().filter(r -> r.encode().contains(with)).toList();
    assertEquals(1, found.size(), with);
    JsonObject json = found.get(0).copy();
    if (json.containsKey("bus")) {
      json.getJsonObject("bus")
          .put("name", bus.path().getFileName().toString())
          .put("directory", bus.path().getParent().toString());
      if (json.getJsonObject("bus").containsKey("mapped")) {
        String stores = bus.store().getParent().toString();
        json.getJsonObject("bus").getJsonObject("mapped").put("directory", stores);
      }
    }
    return new IpcBridgeOptions(json);
  }

  private static IpcBridge started(Vertx vertx, IpcBridgeOptions options) throws Exception {
    IpcBridge bridge = IpcBridge.create(vertx, options);
    Await.get(bridge.start());
    return bridge;
  }

  private static IpcBridge started(TestBus bus, Vertx vertx, BusOptions options) throws Exception {
    IpcBridge bridge = bus.bridge(vertx, options);
    Await.get(bridge.start());
    return bridge;
  }

  @Test
  void sidecar() throws Exception {
    assumeTrue(Processes.runs("python3", "--version"), "needs python3");
    try (TestBus bus = new TestBus("shm")) {
      started(bus.vertx(true), recipe(bus, "model.py"));
      Vertx vertx = bus.vertx(true);
      IpcBridge asks = started(bus, vertx, bus.options("asks").addImport("model"));
      Await.get(asks.awaitExport("model"));
      JsonObject question = new JsonObject().put("numbers", new JsonArray().add(1).add(2.5));
      Message<JsonObject> answer = Await.get(vertx.eventBus().request("model", question));
      assertEquals(3.5, answer.body().getDouble("sum"));
    }
  }

  @Test
  void logPipeline() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Queue<Object> alarms = new ConcurrentLinkedQueue<>();
      Vertx listener = bus.vertx(true);
      listener.eventBus().consumer("log.alarms", m -> alarms.add(m.body()));
      started(bus, listener, bus.options("listener").addExport("log.alarms"));
      Vertx vertx = bus.vertx(true);
      IpcBridge collector = started(vertx, recipe(bus, "intake"));
      Await.get(collector.awaitExport("log.alarms"));
      Path fifo = temp.resolve("app-log.fifo");
      Files.writeString(fifo, "all is well\n");
      Files.writeString(fifo, "ERROR out of tea\n");
      Await.until("alarm", () -> List.copyOf(alarms).equals(List.of("ERROR out of tea")));
      Await.get(collector.close());
      Vertx again = bus.vertx(true);
      Queue<Object> lines = new ConcurrentLinkedQueue<>();
      again.eventBus().consumer("log.replay", m -> lines.add(m.body()));
      started(again, recipe(bus, "log.replay"));
      List<String> all = List.of("all is well", "ERROR out of tea");
      Await.until("replayed", () -> List.copyOf(lines).equals(all));
    }
  }

  @Test
  void hotRestart() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      IpcBridgeOptions billing = recipe(bus, "\"billing\"");
      IpcBridge first = started(bus.vertx(true), billing);
      IpcBridge orders = started(bus.vertx(true), recipe(bus, "\"orders\""));
      Await.get(orders.awaitExport("invoices.new"));
      Await.get(first.close());
      Await.until("gone", () -> Await.exports(orders).isEmpty());
      Await.get(orders.sender("invoices.new").write(new JsonObject().put("order", 17)));
      Vertx vertx = bus.vertx(true);
      Queue<String> got = new ConcurrentLinkedQueue<>();
      vertx
          .eventBus()
          .<JsonObject>consumer(
              "invoices.new",
              m -> got.add(m.headers().get("ipc-source") + m.body().getInteger("order")));
      started(vertx, billing);
      Await.until("billed", () -> List.copyOf(got).equals(List.of("orders17")));
    }
  }

  @Test
  void blueAndGreen() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx ofBlue = bus.vertx(true);
      MessageConsumer<Object> answers =
          ofBlue.eventBus().consumer("prices.quote", m -> m.reply("blue"));
      IpcBridge blue = started(ofBlue, recipe(bus, "\"pricing-blue\""));
      Vertx ofGreen = bus.vertx(true);
      IpcBridge green = started(ofGreen, recipe(bus, "\"pricing-green\""));
      Vertx vertx = bus.vertx(true);
      IpcBridge asks = started(bus, vertx, bus.options("asks").addImport("prices.*"));
      Await.get(asks.awaitExport("prices.quote"));
      List<Future<Message<Object>>> asked = new ArrayList<>();
      ask(vertx, asked);
      ofGreen.eventBus().consumer("prices.quote", m -> m.reply("green"));
      Await.get(green.export("prices.quote"));
      Await.until("green has turns", () -> isAnswered(vertx, asked, "green"));
      ask(vertx, asked);
      Future<Void> retired = blue.withdraw("prices.quote").compose(v -> answers.unregister());
      ask(vertx, asked);
      Await.get(retired);
      for (Future<Message<Object>> one : asked) {
        Await.get(one);
      }
      Await.get(blue.close());
      assertEquals("green", Await.get(vertx.eventBus().request("prices.quote", 1)).body());
    }
  }

  private static void ask(Vertx vertx, List<Future<Message<Object>>> asked) {
    for (int i = 0; i < 200; i++) {
      asked.add(vertx.eventBus().request("prices.quote", i));
    }
  }

  private static boolean isAnswered(
      Vertx vertx, List<Future<Message<Object>>> asked, String answer) {
    Future<Message<Object>> one = vertx.eventBus().request("prices.quote", -1);
    asked.add(one);
    try {
      return Await.get(one).body().equals(answer);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A node without a name gets a unique one, so that all workers share one configuration. */
  @Test
  void workers() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      int workers = 3;
      for (int i = 0; i < workers; i++) {
        int number = i;
        Vertx vertx = bus.vertx(true);
        vertx.eventBus().consumer("images.resize", m -> m.reply(number));
        started(vertx, recipe(bus, "images.resize"));
      }
      Vertx vertx = bus.vertx(true);
      IpcBridge front = started(vertx, recipe(bus, "\"front\""));
      Await.until("all", () -> Await.exports(front).size() == workers);
      Await.until(
          "turns",
          () -> {
            try {
              int[] counts = new int[workers];
              for (int i = 0; i < 10 * workers; i++) {
                counts[(Integer) Await.get(vertx.eventBus().request("images.resize", i)).body()]++;
              }
              return counts[0] == 10 && counts[1] == 10 && counts[2] == 10;
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
    }
  }
}
