package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;

/**
 * Checks that a message arrives as it was given to {@code send}, {@code publish}, {@code request}
 * or {@code reply}, for each type that a clustered Vert.x accepts. There is a chain of three Vert.x
 * on two buses: the second is reached directly, the third through it.
 */
class BodiesTest {
  private static final int ROUNDS = 25;
  private static final String HEADER = "h";
  private static final String TARGET = "target";
  private static final int ALL = -1;
  private static Mesh mesh;

  private final List<MessageConsumer<?>> consumers = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    mesh = Mesh.over("shm").add(3);
    mesh.bus(BodiesTest::notes, 0, 1).bus(BodiesTest::notes, 1, 2).start();
    for (int node = 0; node < mesh.size(); node++) {
      Bodies.register(mesh.events(node));
      mesh.events(node).registerDefaultCodec(Refused.class, new RefusedCodec());
    }
  }

  private static BusOptions notes(BusOptions options) {
    return options.addSerializable(Bodies.Note.class.getName());
  }

  @AfterAll
  static void stop() throws Exception {
    mesh.close();
  }

  @AfterEach
  void unregister() throws Exception {
    for (MessageConsumer<?> consumer : consumers) {
      Await.get(consumer.unregister());
    }
  }

  private <T> MessageConsumer<T> consume(int node) {
    MessageConsumer<T> consumer = mesh.events(node).consumer(Mesh.X);
    consumers.add(consumer);
    return consumer;
  }

  /** Tests a body and headers that are changed as soon as they have been given away. */
  private static final class Given {
    final Bodies kind;
    final Object body;
    final MultiMap headers = MultiMap.caseInsensitiveMultiMap().set(HEADER, "before");

    /** For a consumer of one node: what is published may still be on its way to others. */
    Given(Bodies kind, int target) {
      this.kind = kind;
      this.body = kind.fresh();
      headers.set(TARGET, Integer.toString(target));
    }

    DeliveryOptions options() {
      return new DeliveryOptions().setHeaders(headers).setCodecName(kind.codec);
    }

    void change() {
      kind.change(body);
      headers.set(HEADER, "after");
    }
  }

  private static String check(Bodies kind, Message<?> message) {
    String header = message.headers().get(HEADER);
    return !kind.isExpected(message.body())
        ? "body " + message.body()
        : "before".equals(header) ? "good" : "header " + header;
  }

  /** A way to give something away. */
  private enum Way {
    SEND {
      @Override
      Future<?> give(Given given) {
        mesh.events(0).send(Mesh.X, given.body, given.options());
        return Future.succeededFuture();
      }
    },
    PUBLISH {
      @Override
      Future<?> give(Given given) {
        mesh.events(0).publish(Mesh.X, given.body, given.options());
        return Future.succeededFuture();
      }
    },
    REQUEST {
      @Override
      Future<?> give(Given given) {
        return mesh.events(0).request(Mesh.X, given.body, given.options());
      }
    };

    abstract Future<?> give(Given given);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSentArrivesAsItWasWhenItWasSent(Bodies kind) throws Exception {
    for (int target : new int[] {1, 2}) {
      Queue<String> got = new ConcurrentLinkedQueue<>();
      MessageConsumer<Object> consumer = consume(target);
      consumer.handler(
          m -> {
            if (!m.headers().get(TARGET).equals(Integer.toString(target))) {
              return;
            }
            got.add(check(kind, m));
            if (m.replyAddress() != null) {
              m.reply("done");
            }
          });
      Queue<Future<?>> given = new ConcurrentLinkedQueue<>();
      for (Caller caller : Caller.values()) {
        Await.get(caller.run(mesh, 0, () -> giveEveryWay(kind, target, given)));
      }
      int expected = Caller.values().length * Way.values().length * ROUNDS;
      Await.get(Future.join(List.copyOf(given)));
      Await.until("all have come", () -> got.size() >= expected);
      assertAllGood(expected, got);
      Await.get(consumer.unregister());
    }
  }

  private static void giveEveryWay(Bodies kind, int target, Queue<Future<?>> given) {
    for (int i = 0; i < ROUNDS; i++) {
      for (Way way : Way.values()) {
        Given one = new Given(kind, target);
        given.add(way.give(one));
        one.change();
      }
    }
  }

  private static void assertAllGood(int count, Queue<String> got) {
    List<String> bad = got.stream().filter(s -> !s.equals("good")).toList();
    assertEquals(List.of(), bad.subList(0, Math.min(5, bad.size())), bad.size() + " in all");
    assertEquals(count, got.size());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRepliedArrivesAsItWasWhenItWasReplied(Bodies kind) throws Exception {
    for (int target : new int[] {1, 2}) {
      Queue<String> got = new ConcurrentLinkedQueue<>();
      Queue<String> gotBack = new ConcurrentLinkedQueue<>();
      MessageConsumer<String> consumer = consume(target);
      consumer.handler(
          m ->
              Caller.valueOf(m.body())
                  .run(
                      mesh,
                      target,
                      () -> {
                        Given one = new Given(kind, ALL);
                        Future<Message<Object>> back = m.replyAndRequest(one.body, one.options());
                        one.change();
                        back.onSuccess(reply -> gotBack.add(check(kind, reply)));
                      }));
      List<Future<?>> asked = new ArrayList<>();
      for (Caller caller : Caller.values()) {
        for (int i = 0; i < ROUNDS; i++) {
          asked.add(
              mesh.events(0)
                  .request(Mesh.X, caller.name())
                  .compose(
                      m -> {
                        got.add(check(kind, m));
                        return caller.run(mesh, 0, () -> replyAndChange(kind, m));
                      }));
        }
      }
      Await.get(Future.join(asked));
      int expected = Caller.values().length * ROUNDS;
      assertAllGood(expected, got);
      Await.until("all replies to replies have come", () -> gotBack.size() >= expected);
      assertAllGood(expected, gotBack);
      Await.get(consumer.unregister());
    }
  }

  private static void replyAndChange(Bodies kind, Message<?> to) {
    Given one = new Given(kind, ALL);
    to.reply(one.body, one.options());
    one.change();
  }

  /** Named codecs are of the event bus: a producer of the bridge takes default ones. */
  @ParameterizedTest
  @EnumSource
  void whatAProducerWritesArrivesAsItWasWhenItWasWritten(Bodies kind) throws Exception {
    if (kind.codec != null) {
      return;
    }
    Queue<String> got = new ConcurrentLinkedQueue<>();
    consume(1).handler(m -> got.add(check(kind, m)));
    IpcProducer sender = mesh.bridge(0).sender(Mesh.X);
    IpcProducer publisher = mesh.bridge(0).publisher(Mesh.X);
    Queue<Future<?>> written = new ConcurrentLinkedQueue<>();
    for (Caller caller : Caller.values()) {
      Await.get(
          caller.run(
              mesh,
              0,
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  Given one = new Given(kind, 1);
                  written.add((i % 2 == 0 ? sender : publisher).write(one.headers, one.body));
                  one.change();
                }
              }));
    }
    Await.get(Future.join(List.copyOf(written)));
    int expected = Caller.values().length * ROUNDS;
    Await.until("all have come", () -> got.size() >= expected);
    assertAllGood(expected, got);
    Await.get(sender.end());
    Await.get(publisher.end());
  }

  /** Tests that no consumer sees what another one changes in its copy. */
  @ParameterizedTest
  @EnumSource
  void eachConsumerOfAPublishGetsABodyOfItsOwn(Bodies kind) throws Exception {
    Queue<String> got = new ConcurrentLinkedQueue<>();
    for (int node : new int[] {0, 0, 1, 1, 1, 2, 2}) {
      consume(node)
          .handler(
              m -> {
                got.add(check(kind, m));
                if (kind.fresh() != null && kind.expected().getClass() == kind.fresh().getClass()) {
                  kind.change(m.body());
                }
                m.headers().set(HEADER, "changed");
              });
    }
    for (int i = 0; i < ROUNDS; i++) {
      Way.PUBLISH.give(new Given(kind, ALL));
    }
    Await.until("all have come", () -> got.size() >= 7 * ROUNDS);
    assertAllGood(7 * ROUNDS, got);
  }

  /** A failure class of a user, with a codec. */
  private static final class Refused extends ReplyException {
    private static final long serialVersionUID = 1L;

    Refused(int code) {
      super(ReplyFailure.RECIPIENT_FAILURE, code, "refused");
    }
  }

  private static final class RefusedCodec implements MessageCodec<Refused, Refused> {
    @Override
    public void encodeToWire(Buffer wire, Refused e) {
      wire.appendInt(e.failureCode());
    }

    @Override
    public Refused decodeFromWire(int at, Buffer wire) {
      return new Refused(wire.getInt(at));
    }

    @Override
    public Refused transform(Refused e) {
      return e;
    }

    @Override
    public String name() {
      return "refused";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  private static final class WithoutCodec extends ReplyException {
    private static final long serialVersionUID = 1L;

    WithoutCodec() {
      super(ReplyFailure.RECIPIENT_FAILURE, 8, "bare");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFailureOfAUsersOwnClassArrivesAsThatClass(int target) throws Exception {
    for (Caller caller : Caller.values()) {
      MessageConsumer<Object> consumer = consume(target);
      consumer.handler(m -> caller.run(mesh, target, () -> m.reply(new Refused(42))));
      ReplyException e =
          assertInstanceOf(Refused.class, Await.failure(mesh.events(0).request(Mesh.X, "?")));
      assertEquals(42, e.failureCode());
      assertEquals("refused", e.getMessage());
      Await.get(consumer.unregister());
    }
    // This is the reply to a reply, with a codec that is named.
    Queue<Throwable> failed = new ConcurrentLinkedQueue<>();
    consume(target).handler(m -> m.replyAndRequest("which?").onFailure(failed::add));
    for (DeliveryOptions options :
        List.of(new DeliveryOptions(), new DeliveryOptions().setCodecName("refused"))) {
      Await.get(mesh.events(0).request(Mesh.X, "?")).reply(new Refused(7), options);
    }
    Await.until("both have failed", () -> failed.size() == 2);
    for (Throwable e : failed) {
      assertEquals(7, assertInstanceOf(Refused.class, e).failureCode());
    }
  }

  /** Tests this because it is so in a cluster. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFailureOfAClassWithoutACodecArrivesAsAReplyException(int target) throws Exception {
    consume(target).handler(m -> m.reply(new WithoutCodec()));
    ReplyException e = (ReplyException) Await.failure(mesh.events(0).request(Mesh.X, "?"));
    assertSame(ReplyException.class, e.getClass());
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, e.failureType());
    assertEquals(8, e.failureCode());
    assertEquals("bare", e.getMessage());
  }

  @Test
  void aReplyThatCantBeDecodedFailsItsRequestWithWhatIsMissing() throws Exception {
    mesh.events(1).registerCodec(new Renamed());
    DeliveryOptions named = new DeliveryOptions().setCodecName("renamed");
    consume(1).handler(m -> m.reply(Buffer.buffer("b"), named));
    ReplyException e = (ReplyException) Await.failure(mesh.events(0).request(Mesh.X, "?"));
    assertEquals(IpcBridge.CODEC, e.failureCode());
    assertTrue(e.getMessage().contains("'renamed'"), e.getMessage());
    assertTrue(e.getMessage().contains("'n0'"), e.getMessage());
  }

  private static final class Renamed implements MessageCodec<Buffer, Buffer> {
    @Override
    public void encodeToWire(Buffer wire, Buffer body) {
      wire.appendBuffer(body);
    }

    @Override
    public Buffer decodeFromWire(int at, Buffer wire) {
      return wire.getBuffer(at, wire.length());
    }

    @Override
    public Buffer transform(Buffer body) {
      return body.copy();
    }

    @Override
    public String name() {
      return "renamed";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
