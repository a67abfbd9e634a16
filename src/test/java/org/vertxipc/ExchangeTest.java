package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.Money;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.PointCodec;
import org.vertxipc.testing.TestBus;

/** Tests what the event bus promises, between this JVM and another, on every transport. */
@ParameterizedClass
@CsvSource({
  "fifo, true",
  "shm, true",
  "sysv, true",
  "anonymous, true",
  "mqueue, true",
  "mapped, true",
  "fifo, false",
  "shm, false",
  "mqueue, false"
})
class ExchangeTest {
  private static final List<String> MODES =
      List.of("describe", "echo", "ask", "fail", "silent", "record");

  private static TestBus bus;
  private static Vertx vertx;
  private static IpcBridge bridge;
  private static NodeProcess other;

  @Parameter(0)
  String transport;

  @Parameter(1)
  boolean nativeTransport;

  @BeforeParameterizedClassInvocation
  static void open(String transport, boolean nativeTransport) throws Exception {
    bus = new TestBus(transport);
    vertx = bus.vertx(nativeTransport);
    bridge =
        bus.bridge(
            vertx,
            bus.options("here")
                .addImport("t.*")
                .addExport("here.describe")
                .addExport("here.n")
                .addSerializable("java.util.UUID")
                .addSerializable("java.util.BitSet"));
    BusOptions there = bus.options("there").addImport("here.*").addSerializable("java.util.UUID");
    MODES.forEach(mode -> there.addExport("t." + mode));
    other =
        bus.process(
            there.addExport("t.point").addExport("t.nobody").addExport("t.gone"), nativeTransport);
    for (String mode : MODES) {
      other.consume("t." + mode, mode);
    }
    other.consume("t.point", "echoPoint");
    other.call("start");
    Await.get(bridge.start());
    Await.get(bridge.awaitExport("t.record"));
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    if (other != null) {
      assertEquals("", other.call("blocked"), "event loop blocked in the other process");
    }
    bus.close();
  }

  private Object echo(Object body) throws Exception {
    return Await.get(vertx.eventBus().<Object>request("t.echo", body)).body();
  }

  private JsonObject describe(Object body, DeliveryOptions options) throws Exception {
    return Await.get(vertx.eventBus().<JsonObject>request("t.describe", body, options)).body();
  }

  private ReplyException fails(String address, Object body) throws Exception {
    return assertInstanceOf(
        ReplyException.class, Await.failure(vertx.eventBus().request(address, body)));
  }

  @Test
  void everyBodyTypeBothWays() throws Exception {
    Object[] bodies = {
      null,
      "",
      "plain",
      "häß€𝄞 and \ud800 alone",
      "long ".repeat(1000),
      Buffer.buffer(),
      Buffer.buffer("bytes"),
      true,
      false,
      (byte) -7,
      (short) -3000,
      'é',
      123456789,
      Long.MIN_VALUE,
      1.5f,
      Double.NaN,
      new JsonObject().put("a", new JsonArray().add(1).addNull()).put("ü", "x"),
      new JsonArray().add("a").add(new JsonObject()),
      new Money(995)
    };
    for (Object body : bodies) {
      Object expected = body instanceof String s ? s.replace('\ud800', '?') : body;
      if (body instanceof String s && s.contains("𝄞")) {
        expected = s.replace(" \ud800 ", " ? ");
      }
      assertEquals(expected, echo(body));
      JsonObject seen = describe(body, new DeliveryOptions());
      String type =
          body == null
              ? "null"
              : body instanceof Buffer ? "BufferImpl" : body.getClass().getSimpleName();
      assertEquals(type, seen.getString("type"));
      assertEquals(String.valueOf(expected), seen.getString("text"));
    }
    assertArrayEquals(new byte[] {1, 0, -1}, (byte[]) echo(new byte[] {1, 0, -1}));
    Buffer grown = ((Buffer) echo(Buffer.buffer("grow"))).appendString("s");
    assertEquals("grows", grown.toString());

    // A message that carries an exception is a reply that fails: so it is within one process, too.
    ReplyException carried = new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 9, "carried");
    ReplyException back = fails("t.echo", carried);
    assertEquals(9, back.failureCode());
    assertEquals("carried", back.getMessage());
  }

  @Test
  void headersAddressAndKind() throws Exception {
    DeliveryOptions options =
        new DeliveryOptions().addHeader("a", "1").addHeader("a", "2").addHeader("ü", "é€");
    JsonObject seen = describe("x", options);
    assertEquals(new JsonArray().add("a=1").add("a=2").add("ü=é€"), seen.getJsonArray("headers"));
    assertEquals("t.describe", seen.getString("address"));
    assertTrue(seen.getBoolean("isSend"));
  }

  @Test
  void javaObjectsGoWhereTheyAreListed() throws Exception {
    UUID id = UUID.randomUUID();
    assertEquals(id, echo(id));
    // Listed here and not there; in neither.
    ReplyException e = fails("t.echo", new BitSet());
    assertEquals(IpcBridge.CODEC, e.failureCode());
    assertTrue(e.getMessage().contains("java.util.BitSet"), e.getMessage());
    assertTrue(e.getMessage().contains("bus.serializable"), e.getMessage());
    e = fails("t.echo", Locale.ROOT);
    assertEquals(IpcBridge.CODEC, e.failureCode());
    assertTrue(e.getMessage().contains("java.util.Locale"), e.getMessage());
  }

  @Test
  void codecsOfUsersAreNamedInTheFrame() throws Exception {
    vertx.eventBus().registerDefaultCodec(PointCodec.Point.class, new PointCodec("point"));
    Object reply =
        Await.get(vertx.eventBus().<Object>request("t.point", new PointCodec.Point(3, 45))).body();
    assertEquals(new PointCodec.Seen("7,4"), reply);

    vertx.eventBus().registerCodec(new PointCodec("unknown-there"));
    DeliveryOptions named = new DeliveryOptions().setCodecName("unknown-there");
    Throwable e =
        Await.failure(vertx.eventBus().request("t.point", new PointCodec.Point(1, 2), named));
    assertEquals(IpcBridge.CODEC, ((ReplyException) e).failureCode());
    assertTrue(e.getMessage().contains("'unknown-there'"), e.getMessage());
    assertTrue(e.getMessage().contains("'there'"), e.getMessage());
    assertEquals("still works", echo("still works"));

    ReplyException none = fails("t.echo", new ArrayList<>(List.of("serializable, no codec")));
    assertEquals(IpcBridge.CODEC, none.failureCode());
    assertTrue(none.getMessage().contains("java.util.ArrayList"), none.getMessage());
  }

  @Test
  void repliesToRepliesAndFailures() throws Exception {
    Message<Object> question = Await.get(vertx.eventBus().<Object>request("t.ask", "order"));
    assertEquals("which?", question.body());
    Message<Object> answer = Await.get(question.<Object>replyAndRequest("this"));
    assertEquals("so this", answer.body());

    ReplyException failed = fails("t.fail", "x");
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, failed.failureType());
    assertEquals(42, failed.failureCode());
    assertEquals("as asked", failed.getMessage());

    assertEquals(ReplyFailure.NO_HANDLERS, fails("t.nobody", "x").failureType());
    assertEquals(ReplyFailure.NO_HANDLERS, fails("t.notExported", "x").failureType());
    DeliveryOptions brief = new DeliveryOptions().setSendTimeout(100);
    Throwable timeout = Await.failure(vertx.eventBus().request("t.silent", "x", brief));
    assertEquals(ReplyFailure.TIMEOUT, ((ReplyException) timeout).failureType());
  }

  @Test
  void exportsComeAndGo() throws Exception {
    other.consume("t.late", "echo");
    assertEquals(ReplyFailure.NO_HANDLERS, fails("t.late", "x").failureType());
    other.call("export", "t.late");
    Await.get(bridge.awaitExport("t.late"));
    assertEquals("now", Await.get(vertx.eventBus().request("t.late", "now")).body());

    other.call("withdraw", "t.late");
    Await.until("withdrawn", () -> !Await.exports(bridge).contains("t.late"));
    assertEquals(ReplyFailure.NO_HANDLERS, fails("t.late", "x").failureType());

    // Not imported there: 'here.*' is, 'secret' is not, though it is exported.
    Await.get(bridge.export("secret"));
    vertx.eventBus().consumer("secret", m -> m.reply("told"));
    assertTrue(
        Await.thrown(() -> other.call("request", "secret", "x"))
            .getMessage()
            .contains("No handlers"));
  }

  @Test
  void orderIsKeptAndNothingIsLost() throws Exception {
    int n = 20_000;
    IpcProducer producer = bridge.sender("t.record");
    for (int i = 0; i < n; i++) {
      if (producer.writeQueueFull()) {
        CountDownLatch room = new CountDownLatch(1);
        producer.drainHandler(v -> room.countDown());
        assertTrue(room.await(20, TimeUnit.SECONDS), "no room again");
      }
      producer.write(i).onFailure(Throwable::printStackTrace);
    }
    Await.until("all arrived", () -> other.count("t.record") >= n);
    assertEquals(
        IntStream.range(0, n).boxed().toList(), other.received("t.record").stream().toList());
  }

  @Test
  void sixteenMebibytesPass() throws Exception {
    byte[] bytes = new byte[16 << 20];
    new Random(16).nextBytes(bytes);
    assertEquals(Buffer.buffer(bytes), echo(Buffer.buffer(bytes)));
    ReplyException e = fails("t.echo", Buffer.buffer(new byte[65 << 20]));
    assertEquals(IpcBridge.TOO_LARGE, e.failureCode());
    assertEquals("fine", echo("fine"));
  }
}
