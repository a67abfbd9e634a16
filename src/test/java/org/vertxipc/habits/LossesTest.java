package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcStats;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.PointCodec;

/**
 * Checks that messages that do not arrive are counted by reason, logged at most once a second with
 * how many there were, and reported to the caller where there is one.
 */
class LossesTest {
  private static final int MESSAGES = 30;
  private static final DeliveryOptions NAMED = new DeliveryOptions().setCodecName("lost");

  /** The lines of the log. */
  private static final class Said extends Handler {
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  // This reference keeps the logger, and its handler, from being collected.
  private final Logger logger = Logger.getLogger("org.vertxipc.bridge.Losses");
  private final Said said = new Said();

  @BeforeEach
  void listen() {
    logger.addHandler(said);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(said);
    logger.setUseParentHandlers(true);
  }

  /** A reason for a loss between two nodes, with where it is counted and how it is reported. */
  @SuppressWarnings("ImmutableEnumChecker") // Its functions hold nothing.
  private enum Reason {
    TOO_LARGE(IpcStats::tooLarge, IpcBridge.TOO_LARGE) {
      @Override
      BusOptions tune(BusOptions options) {
        return options.setMaxMessageBytes(10_000);
      }

      @Override
      Object body() {
        return Buffer.buffer(new byte[10_001]);
      }
    },
    QUEUE_FULL(IpcStats::overflowed, IpcBridge.QUEUE_FULL) {
      @Override
      BusOptions tune(BusOptions options) {
        return options.setRingBytes(4096).setSendQueueBytes(0);
      }

      @Override
      void prepare(Mesh mesh) throws Exception {
        mesh.consume(1);
        mesh.bridge(1).pause();
        // This is answered after the pause has begun.
        Await.get(mesh.bridge(1).peers());
        Await.until(
            "its channel is full",
            () -> {
              mesh.events(0).send(Mesh.X, Buffer.buffer(new byte[1_000]));
              return mesh.bridge(0).stats().overflowed() > 0;
            });
        // This runs after what was handed over to the loop before.
        Await.get(mesh.onLoop(0, () -> {}));
      }

      @Override
      Object body() {
        return Buffer.buffer(new byte[3_900]);
      }
    },
    NOT_ENCODABLE(IpcStats::codecFailed, IpcBridge.CODEC) {
      @Override
      void prepare(Mesh mesh) throws Exception {
        mesh.consume(1);
        mesh.events(0).registerCodec(new Unable());
      }

      @Override
      Object body() {
        return new PointCodec.Point(1, 2);
      }

      @Override
      DeliveryOptions options() {
        return NAMED;
      }
    },
    OF_A_CLASS_THAT_IS_NOT_LISTED(IpcStats::codecFailed, IpcBridge.CODEC) {
      @Override
      Object body() {
        return new Bodies.Note("not listed");
      }
    },
    NOT_DECODABLE(IpcStats::codecFailed, IpcBridge.CODEC) {
      @Override
      void prepare(Mesh mesh) throws Exception {
        mesh.consume(1);
        mesh.events(0).registerCodec(new PointCodec("lost"));
      }

      @Override
      Object body() {
        return new PointCodec.Point(1, 2);
      }

      @Override
      DeliveryOptions options() {
        return NAMED;
      }

      @Override
      int countedAt() {
        return 1;
      }
    };

    final ToLongFunction<IpcStats> counter;
    final int code;

    Reason(ToLongFunction<IpcStats> counter, int code) {
      this.counter = counter;
      this.code = code;
    }

    BusOptions tune(BusOptions options) {
      return options;
    }

    void prepare(Mesh mesh) throws Exception {
      mesh.consume(1);
    }

    abstract Object body();

    DeliveryOptions options() {
      return new DeliveryOptions();
    }

    int countedAt() {
      return 0;
    }
  }

  /** A codec that can't encode. */
  private static final class Unable implements io.vertx.core.eventbus.MessageCodec<Object, Object> {
    @Override
    public void encodeToWire(Buffer wire, Object body) {
      throw new IllegalStateException("unable to encode");
    }

    @Override
    public Object decodeFromWire(int at, Buffer wire) {
      throw new IllegalStateException("never encoded");
    }

    @Override
    public Object transform(Object body) {
      return body;
    }

    @Override
    public String name() {
      return "lost";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachIsCountedSaidAndTold(Reason reason) throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(2)) {
      mesh.bus(reason::tune, 0, 1).start();
      reason.prepare(mesh);
      IpcBridge counting = mesh.bridge(reason.countedAt());
      long before = reason.counter.applyAsLong(counting.stats());
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(0).send(Mesh.X, reason.body(), reason.options());
        mesh.events(0).publish(Mesh.X, reason.body(), reason.options());
        Future<Message<Object>> asked =
            mesh.events(0).request(Mesh.X, reason.body(), reason.options());
        ReplyException e = (ReplyException) Await.failure(asked);
        assertEquals(ReplyFailure.ERROR, e.failureType());
        assertEquals(reason.code, e.failureCode(), e.getMessage());
        // From a loop it is written at once, with the same result.
        Await.get(
            mesh.onLoop(0, () -> mesh.events(0).send(Mesh.X, reason.body(), reason.options())));
      }
      Await.until(
          "all are counted",
          () -> reason.counter.applyAsLong(counting.stats()) >= before + 4 * MESSAGES);
      assertEquals(before + 4 * MESSAGES, reason.counter.applyAsLong(counting.stats()));
      IpcStats other = mesh.bridge(1 - reason.countedAt()).stats();
      assertEquals(0, reason.counter.applyAsLong(other));
      assertEquals(0, other.lostPeers() + counting.stats().lostPeers());
      mesh.bridge(1).resume();
    }
    List<String> lines =
        said.lines.stream().filter(l -> l.contains("to '" + Mesh.X + "'")).toList();
    assertTrue(!lines.isEmpty(), "nothing was said");
    // There is one line at first, one for each second, and one at the end.
    assertTrue(lines.size() < MESSAGES, lines.toString());
    int counted = 0;
    for (String line : lines) {
      String first = line.substring(0, line.indexOf(' '));
      counted += first.equals("A") ? 1 : Integer.parseInt(first);
    }
    assertTrue(counted >= 4 * MESSAGES, lines.toString());
  }

  /** Tests that a writer with back-pressure is told of each loss, too. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NOT_ENCODABLE", "NOT_DECODABLE"})
  void aProducerIsToldOfEachMessageThatCantBeWritten(Reason reason) throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(2)) {
      mesh.bus(reason::tune, 0, 1).start();
      reason.prepare(mesh);
      for (Caller caller : List.of(Caller.LOOP_OF_THE_BRIDGE, Caller.PLAIN_THREAD)) {
        long before = reason.counter.applyAsLong(mesh.bridge(0).stats());
        List<Future<Void>> written = new ArrayList<>();
        Await.get(
            caller.run(
                mesh,
                0,
                () -> {
                  written.add(mesh.bridge(0).sender(Mesh.X).write(reason.body()));
                  written.add(mesh.bridge(0).publisher(Mesh.X).write(reason.body()));
                }));
        for (Future<Void> write : written) {
          ReplyException e = (ReplyException) Await.failure(write);
          assertEquals(reason.code, e.failureCode(), e.getMessage());
        }
        assertEquals(before + 2, reason.counter.applyAsLong(mesh.bridge(0).stats()));
      }
      mesh.bridge(1).resume();
    }
  }

  /** Tests that the requester is told, and that the node of the reply counts it. */
  @ParameterizedTest
  @EnumSource(names = {"TOO_LARGE", "NOT_ENCODABLE", "OF_A_CLASS_THAT_IS_NOT_LISTED"})
  void aReplyThatCantGoFailsItsRequest(Reason reason) throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(2)) {
      mesh.bus(reason::tune, 0, 1).start();
      mesh.events(1).registerCodec(new Unable());
      for (Caller caller : Caller.values()) {
        var consumer = mesh.events(1).consumer(Mesh.X);
        consumer.handler(m -> caller.run(mesh, 1, () -> m.reply(reason.body(), reason.options())));
        ReplyException e = (ReplyException) Await.failure(mesh.events(0).request(Mesh.X, "?"));
        assertEquals(reason.code, e.failureCode(), e.getMessage());
        Await.get(consumer.unregister());
      }
      assertEquals(
          Caller.values().length, reason.counter.applyAsLong(mesh.bridge(1).stats()), "counted");
    }
  }

  /** Tests messages without any consumer: requests fail, and all are counted. */
  @Test
  void whatNobodyTakesIsCountedAtItsSender() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(0).send(Mesh.X, i);
      }
      assertEquals(Map.of("NO_HANDLERS", MESSAGES), mesh.requests(0, MESSAGES).counts());
      Await.until("all are counted", () -> mesh.bridge(0).stats().nobody() >= 2 * MESSAGES);
      assertEquals(2 * MESSAGES, mesh.bridge(0).stats().nobody());
      assertEquals(0, mesh.bridge(1).stats().nobody() + mesh.bridge(2).stats().nobody());
      assertTrue(said.lines.stream().anyMatch(l -> l.contains("NOBODY")), said.lines.toString());
      // A producer writes to nodes that export the address; there is one that nobody exports.
      ReplyException e =
          (ReplyException) Await.failure(mesh.bridge(0).sender("unknown").write("w"));
      assertEquals(ReplyFailure.NO_HANDLERS, e.failureType());
      e = (ReplyException) Await.failure(mesh.bridge(0).publisher("unknown").write("w"));
      assertEquals(ReplyFailure.NO_HANDLERS, e.failureType());
      assertEquals(2 * MESSAGES + 2, mesh.bridge(0).stats().nobody());
    }
  }

  /** Tests that what waited for a node that goes is lost with it, and requesters are told. */
  @Test
  void requestsThatWaitForANodeThatGoesFail() throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(2)) {
      mesh.bus(o -> o.setRingBytes(4096).setCloseTimeoutMillis(1), 0, 1).start();
      mesh.consume(1);
      mesh.bridge(1).pause();
      Await.get(mesh.bridge(1).peers());
      List<Future<Message<Object>>> asked = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        asked.add(mesh.events(0).request(Mesh.X, Buffer.buffer(new byte[1_000])));
      }
      Await.get(mesh.onLoop(0, () -> {}));
      Await.get(mesh.vertx(1).close());
      assertEquals(Map.of(Outcomes.NODE_GONE, MESSAGES), Outcomes.of(asked).counts());
      Future<Message<Object>> late = mesh.events(0).request(Mesh.X, "late");
      assertEquals(Map.of("NO_HANDLERS", 1), Outcomes.of(List.of(late)).counts());
    }
  }

  /** Tests a message that comes twice, by two buses: nothing is lost, and it is counted. */
  @Test
  void copiesByOtherWaysAreCountedAndNotSaidAsLosses() throws Exception {
    try (Mesh mesh = Mesh.started("shm", new int[][] {{0, 1}, {1, 2}, {2, 0}})) {
      List<Received> all = mesh.consumeEverywhere();
      for (int i = 0; i < MESSAGES; i++) {
        mesh.events(0).publish(Mesh.X, i);
      }
      mesh.awaitExactly(3 * MESSAGES, all, 0);
      for (int bus = 0; bus < 3; bus++) {
        for (int node = 0; node < 3; node++) {
          if (mesh.bridge(bus, node) != null) {
            IpcStats stats = mesh.bridge(bus, node).stats();
            assertEquals(
                0,
                stats.nobody()
                    + stats.gone()
                    + stats.tooLarge()
                    + stats.overflowed()
                    + stats.codecFailed()
                    + stats.refused(),
                stats.toString());
          }
        }
      }
      assertEquals(List.of(), List.copyOf(said.lines));
    }
  }
}
