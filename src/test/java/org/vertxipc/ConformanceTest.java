package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;

/**
 * Nodes in Java and in Python do the same by one script: each pair of them, each in a process of
 * its own, over what both can read and write; and a node in Python with one in Java of every
 * transport.
 */
@OnOneJdk
class ConformanceTest {
  private static final List<String> MODES =
      List.of("echo", "describe", "record", "number", "fail", "silent", "ask");
  private static final int MANY = 100_000;
  private static final int LONG_BYTES = 16 << 20;

  /** What a node is written in. */
  private enum Language {
    JAVA,
    PYTHON;

    NodeProcess start(TestBus bus, BusOptions options) throws Exception {
      if (this == JAVA) {
        return bus.process(options);
      }
      assumeTrue(Processes.runs("python3", "--version"), "needs python3");
      return bus.python(options);
    }
  }

  /** Who asks, who answers, and by what both receive. */
  private record Pair(Language asks, Language answers, String transport) {}

  /** Values of JSON, which say themselves what they are on the bus. */
  private static final List<Object> BODIES =
      Arrays.asList(
          null,
          "",
          "text",
          "Zürich, 東京, 🐍",
          "x".repeat(300_000),
          0,
          -1,
          Integer.MAX_VALUE,
          1L << 40,
          Long.MIN_VALUE,
          1.5,
          true,
          false,
          new JsonObject(),
          new JsonObject("{\"a\":[1,{\"b\":null},\"ü\"],\"c\":{\"d\":1.25,\"e\":false}}"),
          new JsonArray(),
          new JsonArray("[[],{},null,1,\"x\"]"));

  static Stream<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (String transport : List.of("fifo", "shm")) {
      for (Language asks : Language.values()) {
        for (Language answers : Language.values()) {
          pairs.add(new Pair(asks, answers, transport));
        }
      }
    }
    return pairs.stream();
  }

  private static BusOptions long16(BusOptions options) {
    return options.setMaxMessageBytes(LONG_BYTES + 1024).setSendQueueBytes(2 * LONG_BYTES);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bothDoTheSame(Pair pair) throws Exception {
    try (TestBus bus = new TestBus(pair.transport)) {
      BusOptions asks = long16(bus.options("asks")).addImport("t.*").addExport("back.number");
      BusOptions answers = long16(bus.options("answers")).addImport("back.*");
      MODES.forEach(mode -> answers.addExport("t." + mode));
      NodeProcess one = pair.asks.start(bus, asks);
      NodeProcess other = pair.answers.start(bus, answers);
      for (String mode : MODES) {
        other.consume("t." + mode, mode);
      }
      one.consume("back.number", "number");
      other.call("start");
      one.call("start");
      for (String mode : MODES) {
        one.call("await", "t." + mode);
      }
      other.call("await", "back.number");
      bodiesComeBack(one);
      bodiesAreOfTheirType(one);
      failuresAreTold(one);
      messagesArriveInOrder(one, other);
      assertEquals(LONG_BYTES, one.call("longEcho", "t.echo", LONG_BYTES));
      leavesInOrder(one, other);
    }
  }

  private static void bodiesComeBack(NodeProcess one) throws IOException {
    for (Object body : BODIES) {
      assertEquals(Json.encode(body), Json.encode(one.call("request", "t.echo", body)));
    }
  }

  private static void bodiesAreOfTheirType(NodeProcess one) throws IOException {
    JsonObject headers = new JsonObject().put("trace", "7f").put("käse", "größe").put("empty", "");
    List<Object> types = new ArrayList<>();
    for (Object body : Arrays.asList(null, "s", 7, 1L << 40, 1.5, true, new JsonObject())) {
      JsonObject said = (JsonObject) one.request("t.describe", body, headers, 30_000);
      types.add(said.getString("type"));
      assertEquals("t.describe", said.getString("address"));
      assertEquals(true, said.getBoolean("isSend"));
      List<String> found =
          said.getJsonArray("headers").stream().map(String::valueOf).sorted().toList();
      assertEquals(List.of("empty=", "käse=größe", "trace=7f"), found);
    }
    assertEquals(
        List.of("null", "String", "Integer", "Long", "Double", "Boolean", "JsonObject"), types);
  }

  private static void failuresAreTold(NodeProcess one) throws IOException {
    assertEquals("as asked", failure(one, "t.fail", 30_000));
    assertEquals("No handlers for address t.nobody", failure(one, "t.nobody", 30_000));
    assertEquals("No handlers for address not.imported", failure(one, "not.imported", 30_000));
    String late = failure(one, "t.silent", 100);
    assertTrue(late.startsWith("Timed out after waiting 100(ms) for a reply."), late);
  }

  private static String failure(NodeProcess node, String address, long timeoutMillis) {
    return assertThrows(
            IOException.class,
            () -> node.request(address, "x", new JsonObject(), timeoutMillis),
            address)
        .getMessage();
  }

  /** Tests that what is sent and published arrives once and in order, both ways at a time. */
  private static void messagesArriveInOrder(NodeProcess one, NodeProcess other) throws Exception {
    one.call("publish", "t.record", "published");
    one.call("send", "t.record", new JsonObject().put("sent", 1));
    Await.until("both arrive", () -> other.count("t.record") == 2);
    assertEquals(
        new JsonArray().add("published").add(new JsonObject().put("sent", 1)),
        other.received("t.record"));
    one.call("series", "t.number", MANY);
    other.call("series", "back.number", MANY);
    arrived(other, "t.number");
    arrived(one, "back.number");
  }

  private static void arrived(NodeProcess node, String address) throws Exception {
    BooleanSupplier all = () -> node.count(address) >= MANY;
    Await.until(() -> node.count(address) + " of " + MANY + " at " + address, all);
    JsonArray numbers = node.received(address);
    assertEquals(MANY, numbers.size());
    for (int i = 0; i < MANY; i++) {
      assertEquals(i, numbers.getInteger(i));
    }
  }

  private static void leavesInOrder(NodeProcess one, NodeProcess other) throws Exception {
    other.call("close");
    Await.until("it has left", () -> !one.gone().equals("[]"));
    assertEquals("[\"answers left the bus\"]", one.gone());
    assertEquals("No handlers for address t.echo", failure(one, "t.echo", 30_000));
  }

  /** Tests that a node that knows FIFOs and rings alone meets a node of any transport. */
  @ParameterizedTest
  @FieldSource("org.vertxipc.options.BusOptions#TRANSPORTS")
  void pythonMeetsEachTransport(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess java =
          Language.JAVA.start(bus, bus.options("java").addExport("t.echo").addImport("u.*"));
      java.consume("t.echo", "echo");
      java.call("start");
      BusOptions options = bus.options("python").setTransport("fifo");
      NodeProcess python = Language.PYTHON.start(bus, options.addExport("u.echo").addImport("t.*"));
      python.consume("u.echo", "echo");
      python.call("start");
      python.call("await", "t.echo");
      java.call("await", "u.echo");
      for (int i = 0; i < 100; i++) {
        assertEquals("to java " + i, python.call("request", "t.echo", "to java " + i));
        assertEquals("to python " + i, java.call("request", "u.echo", "to python " + i));
      }
      java.call("close");
      Await.until("it has left", () -> python.gone().equals("[\"java left the bus\"]"));
    }
  }

  /** Tests that whoever lives notices a death, cleans up, and meets the next of that name. */
  @ParameterizedTest
  @EnumSource
  void killedAndRestarted(Language victim) throws Exception {
    FaultTable.Row row = FaultTable.row("kill -9 and restart, of a pair with Python: " + victim);
    Language survivor = victim == Language.JAVA ? Language.PYTHON : Language.JAVA;
    int times = FaultTable.times(victim == Language.JAVA ? 5 : 10, 50);
    try (TestBus bus = new TestBus("shm")) {
      NodeProcess lives = survivor.start(bus, bus.options("lives").addImport("t.*"));
      lives.call("start");
      for (int i = 0; i < times; i++) {
        NodeProcess dies =
            victim.start(bus, bus.options("dies").addExport("t.echo").addExport("t.silent"));
        dies.consume("t.echo", "echo");
        dies.consume("t.silent", "silent");
        dies.call("start");
        lives.call("await", "t.echo");
        assertEquals("round " + i, lives.call("request", "t.echo", "round " + i));
        int before = i;
        dies.kill();
        Await.until(() -> "noticed: " + lives.gone(), () -> deaths(lives) == before + 1);
        assertEquals("No handlers for address t.echo", failure(lives, "t.echo", 30_000));
        row.once();
      }
    }
  }

  private static int deaths(NodeProcess node) {
    JsonArray gone = new JsonArray(node.gone());
    return (int) gone.stream().filter("dies died"::equals).count();
  }
}
