package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.FrameKind;

/** Tests limits where they begin, and priorities, as a peer sees them. */
class BridgeEdgesTest extends InMemory {
  private static final long VERTX = 40;

  private PeerInHand peer;

  /** Node 0 with its own limits, and a peer with its own. */
  private void start(int own, long queue, Map<String, Integer> priorities, int theirs)
      throws Exception {
    bridges.add(0, "one", X, X, new MemoryBridges.Settings(own, queue, priorities));
    bridges.start();
    peer = new PeerInHand(bridges, "one", "peer", VERTX, theirs, true);
  }

  @AfterEach
  void peerLeaves() throws Exception {
    if (peer != null) {
      peer.close();
      bridges.settle();
    }
  }

  /** A send takes 8 bytes and its text. */
  @ParameterizedTest
  @CsvSource({
    "1000, 2000, 1000, maxMessageBytes)",
    "2000, 1000, 1000, maxMessageBytes of node 'peer')",
    "1000, 1000, 1000, maxMessageBytes)",
  })
  void aMessageMayBeAsLongAsTheShorterLimit(int own, int theirs, int most, String whose)
      throws Exception {
    start(own, 1 << 20, Map.of(), theirs);
    bus(0).send("x", "-".repeat(most - 8));
    bridges.settle();
    assertEquals(most, peer.next().length());
    bus(0).send("x", "-".repeat(most - 7));
    Future<?> request = bus(0).request("x", "-".repeat(most - 15), PATIENT);
    bridges.settle();
    assertEquals(List.of(), List.copyOf(peer.got));
    ReplyException failure = failure(request);
    assertEquals(Failures.TOO_LARGE, failure.failureCode());
    assertEquals(
        "A message to 'x' takes "
            + (most + 1)
            + " bytes, at most "
            + most
            + " are configured ("
            + whose,
        failure.getMessage());
    assertEquals(2, losses(0, Loss.TOO_LARGE));
    Outlet outlet = bridges.member(0).bridge().outlet("x", false);
    assertEquals(Failures.TOO_LARGE, failure(outlet.write(null, "-".repeat(most))).failureCode());
    assertEquals(1, bridges.member(0).bridge().counters().sent.sum());
    bridges.checkNothingWaits();
  }

  /** A stored send takes 21 bytes and its text; the store takes 4096 bytes. */
  @ParameterizedTest
  @CsvSource({
    "3000, 3000, maxMessageBytes)",
    "4096, 4096, maxMessageBytes)",
    "4097, 4096, 'half of mapped.fileBytes, or maxMessageBytes, of its node)'",
  })
  void aStoredMessageMayBeAsLongAsTheShorterLimit(int own, int most, String whose)
      throws Exception {
    bridges.bus("one").keep("1");
    bridges.add(0, "one", X, X, new MemoryBridges.Settings(own, 1 << 20, Map.of()));
    bridges.add(1, "one", X, X);
    bridges.start();
    Outlet outlet = bridges.member(0).bridge().outlet("x", false);
    Await.get(outlet.write(null, "-".repeat(most - 21)));
    assertEquals(1, bridges.bus("one").stored("1"));
    assertEquals(
        "A message to 'x' takes "
            + (most + 1)
            + " bytes, at most "
            + most
            + " are configured ("
            + whose,
        failure(outlet.write(null, "-".repeat(most - 20))).getMessage());
    bus(0).send("x", "-".repeat(most));
    bridges.settle();
    assertEquals(2, losses(0, Loss.TOO_LARGE));
    assertEquals(1, bridges.bus("one").stored("1"));
  }

  /** What is given back is 4 bytes longer, and its sender may not take so much. */
  @ParameterizedTest
  @ValueSource(ints = {96, 97, 100})
  void whatIsTooLongToGoBackIsCounted(int length) throws Exception {
    start(1 << 20, 1 << 20, Map.of(), 100);
    peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "-".repeat(length - 8)));
    boolean fits = length + 4 <= 100;
    if (fits) {
      assertTrue(peer.next().bounced());
    }
    assertEquals(List.of(), List.copyOf(peer.got));
    assertEquals(fits ? 0 : 1, losses(0, Loss.NOBODY));
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 5).body(null, "-".repeat(length - 16)));
    PeerInHand.Got reply = peer.next();
    if (fits) {
      assertTrue(reply.bounced());
    } else {
      assertEquals(5, reply.replyTo());
      assertEquals(ReplyFailure.NO_HANDLERS, reply.failure().failureType());
    }
    assertEquals(fits ? 0 : 2, losses(0, Loss.NOBODY));
  }

  private long queued() throws Exception {
    return Await.get(bridges.member(0).bridge().peers()).get(0).queuedBytes();
  }

  /** As much may wait to go back as of everything else together. */
  @Test
  void whatGoesBackWaitsInTwiceTheRoom() throws Exception {
    bridges.with(new MemoryBus.Terms(1_024, 2_048, 0, false), 1);
    start(1 << 20, 8_192, Map.of(), 1 << 20);
    bridges.bus("one").hold("0", "peer");
    for (int n = 0; n < 20; n++) {
      bus(0).send("x", "-".repeat(900));
    }
    bridges.settle();
    long refused = losses(0, Loss.QUEUE_FULL);
    long before = queued();
    assertTrue(refused > 0 && before > 0 && before <= 8_192, refused + ", " + before);
    int back = 0;
    int lost = 0;
    while (lost < 2) {
      long waits = queued();
      peer.message("0", m -> m.to(FrameKind.SEND, 1, 0).body(null, "-".repeat(900)));
      if (waits < 2 * 8_192) {
        back++;
        assertTrue(queued() > waits, "it waits to go back");
      } else {
        lost++;
        assertEquals(waits, queued());
      }
      assertEquals(lost, losses(0, Loss.NOBODY));
    }
    bridges.bus("one").release("0", "peer");
    bridges.settle();
    assertEquals(back, peer.got.stream().filter(PeerInHand.Got::bounced).count());
    assertEquals(20 - refused, peer.got.stream().filter(g -> !g.bounced()).count());
    assertEquals(0, queued());
  }

  /** A codec whose failure says as much as a test likes. */
  private record Wordy(int words) implements MessageCodec<String, String> {
    @Override
    public void encodeToWire(Buffer buffer, String text) {
      throw new IllegalStateException("!".repeat(words));
    }

    @Override
    public String decodeFromWire(int at, Buffer buffer) {
      throw new IllegalStateException("!".repeat(words));
    }

    @Override
    public String transform(String text) {
      return text;
    }

    @Override
    public String name() {
      return "wordy";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_001, 50_000})
  void aFailureIsSentWithItsFirstThousandLetters(int length) throws Exception {
    start(1 << 20, 1 << 20, Map.of(), 1 << 20);
    String begin = "A message to 'a reply' can't be encoded: ";
    bus(0).registerCodec(new Wordy(length - begin.length()));
    bridges.<String>consumer(
        0, "x", m -> m.reply("reply", new DeliveryOptions().setCodecName("wordy")));
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 5).body(null, "r"));
    bus(0).unregisterCodec("wordy");
    ReplyException failure = peer.next().failure();
    assertEquals(Failures.CODEC, failure.failureCode());
    String whole = begin + "!".repeat(length - begin.length());
    assertEquals(length <= 1_000 ? whole : whole.substring(0, 1_000) + "...", failure.getMessage());
    assertEquals(1, losses(0, Loss.CODEC));
  }

  /** Who asks in turn is told as well as who has asked. */
  @Test
  void aReplyThatAsksInTurnFailsBothSides() throws Exception {
    start(1 << 20, 1 << 20, Map.of(), 1_000);
    Queue<Message<String>> asked = new ConcurrentLinkedQueue<>();
    bridges.<String>consumer(0, "x", asked::add);
    for (long correlation = 1; correlation <= 3; correlation++) {
      long under = correlation;
      peer.message("0", m -> m.to(FrameKind.REQUEST, 1, under).body(null, "r"));
    }
    ReplyException large = failure(asked.remove().replyAndRequest("-".repeat(2_000), PATIENT));
    assertEquals(Failures.TOO_LARGE, large.failureCode());
    bridges.settle();
    assertEquals(Failures.TOO_LARGE, peer.next().failure().failureCode());
    bus(0).registerCodec(new Wordy(10));
    DeliveryOptions wordy =
        new DeliveryOptions().setCodecName("wordy").setSendTimeout(PATIENT.getSendTimeout());
    ReplyException codec = failure(asked.remove().replyAndRequest("reply", wordy));
    bus(0).unregisterCodec("wordy");
    assertEquals(Failures.CODEC, codec.failureCode());
    bridges.settle();
    assertEquals(Failures.CODEC, peer.next().failure().failureCode());
    peer.close();
    bridges.settle();
    ReplyException gone = failure(asked.remove().replyAndRequest("reply", PATIENT));
    assertEquals(Failures.NODE_GONE, gone.failureCode());
    assertEquals("Node 'peer' is gone", gone.getMessage());
    for (Loss reason : List.of(Loss.TOO_LARGE, Loss.CODEC, Loss.NODE_GONE)) {
      assertEquals(1, losses(0, reason), reason.toString());
    }
    bridges.checkNothingWaits();
  }

  private DeliveryOptions asks(String priority) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(25_000);
    return priority == null ? options : options.addHeader(Priority.HEADER, priority);
  }

  @ParameterizedTest
  @CsvSource({"true, , 3", "true, 0, 0", "true, 9, 9", "false, 9, 0", "false, , 0"})
  void aPriorityIsThatOfTheHeaderOrOfTheAddress(boolean ordered, String asked, int priority)
      throws Exception {
    bridges.with(new MemoryBus.Terms(4_096, 1 << 20, 0, ordered), 1);
    start(1 << 20, 1 << 20, Map.of("x", 3), 1 << 20);
    bus(0).send("x", "s", asks(asked));
    bridges.settle();
    assertEquals(priority, peer.next().priority());
    bus(0).publish("x", "p", asks(asked));
    bridges.settle();
    assertEquals(priority, peer.next().priority());
  }

  @Test
  void aHeaderThatIsNoPriorityFailsTheMessage() throws Exception {
    bridges.with(new MemoryBus.Terms(4_096, 1 << 20, 0, true), 1);
    start(1 << 20, 1 << 20, Map.of(), 1 << 20);
    ReplyException failure = failure(bus(0).request("x", "r", asks("high")));
    assertEquals(Failures.CODEC, failure.failureCode());
    assertTrue(failure.getMessage().contains("'high', expected 0 to"), failure::getMessage);
    assertEquals(List.of(), List.copyOf(peer.got));
    bridges.checkNothingWaits();
    // So does a reply.
    bridges.<String>consumer(0, "x", m -> m.reply("reply", asks("high")));
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 5).body(null, "r"));
    assertEquals(Failures.CODEC, peer.next().failure().failureCode());
    assertEquals(2, losses(0, Loss.CODEC));
  }

  @ParameterizedTest
  @CsvSource({", 7", "0, 0", "9, 9"})
  void aReplyIsAsUrgentAsItsRequestUnlessItSaysOtherwise(String asked, int priority)
      throws Exception {
    bridges.with(new MemoryBus.Terms(4_096, 1 << 20, 0, true), 1);
    start(1 << 20, 1 << 20, Map.of(), 1 << 20);
    MessageConsumer<String> here =
        bridges.consumer(0, "x", m -> m.replyAndRequest("reply", asks(asked)));
    bridges.settle();
    peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 5).body(null, "r").priority(7));
    PeerInHand.Got reply = peer.next();
    assertEquals(priority, reply.priority());
    peer.message("0", m -> m.reply(reply.correlation(), 0).body(null, "thanks"));
    // And what comes back keeps it.
    Await.get(here.unregister());
    for (int kind : new int[] {FrameKind.SEND, FrameKind.REQUEST}) {
      peer.message("0", m -> m.to(kind, 1, 0).body(null, "back").priority(7));
      assertEquals(7, peer.next().priority());
    }
    bridges.checkNothingWaits();
  }

  @Test
  void requestsThatAreRefusedWaitForNothing() throws Exception {
    bridges.with(new MemoryBus.Terms(1_024, 2_048, 0, false), 1);
    start(1 << 20, 8_192, Map.of(), 1 << 20);
    bridges.bus("one").hold("0", "peer");
    List<Future<Message<String>>> requests = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      requests.add(bus(0).request("x", "-".repeat(900), PATIENT));
    }
    bridges.settle();
    int refused = (int) requests.stream().filter(Future::failed).count();
    assertEquals(20 - refused, Await.get(bridges.member(0).bridge().waiting()));
    String said = failure(requests.get(19)).getMessage();
    assertEquals(
        "Too much waits for node 'peer': "
            + queued()
            + " bytes, at most 8192 are configured (sendQueueBytes)",
        said);
    bridges.bus("one").release("0", "peer");
    bridges.settle();
    assertEquals(20 - refused, peer.got.size());
    for (PeerInHand.Got asked : peer.got) {
      peer.message("0", m -> m.reply(asked.correlation(), 0).body(null, "ok"));
    }
    bridges.checkNothingWaits();
  }
}
