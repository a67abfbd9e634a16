package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.bus.Departure;
import org.vertxipc.testing.RawFrame;
import org.vertxipc.testing.Vectors;
import org.vertxipc.testing.Vectors.Vector;
import org.vertxipc.wire.FrameKind;

/**
 * Sends the wrong frames of the test vectors to a bridge, which does what they say, and is as good
 * as before.
 */
class HostileVectorsTest extends InMemory {
  private static final String END = "end";
  private static final Map<String, Integer> CODES =
      Map.of("fail", Failures.CODEC, "refuse", Failures.NOT_EXPORTED);

  private final Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
  private int peers;

  static Stream<Vector> frames() {
    return Vectors.read("hostile", "frames").stream();
  }

  static Stream<Vector> records() {
    return Vectors.read("hostile", "records").stream();
  }

  /** Returns the frames: of those that are cut, the shortest and the longest. */
  private static List<byte[]> versions(Vector vector) {
    JsonArray cut = vector.json().getJsonArray("cut");
    if (cut == null) {
      byte[] start = vector.bytes();
      return List.of(Arrays.copyOf(start, start.length + vector.json().getInteger("zeros", 0)));
    }
    byte[] whole = Vectors.read("frames", "frames", vector.json().getString("of")).bytes();
    return Stream.of(cut.getInteger(0), cut.getInteger(1))
        .distinct()
        .map(length -> Arrays.copyOf(whole, length))
        .toList();
  }

  private PeerInHand peer() throws Exception {
    peers++;
    return new PeerInHand(bridges, "one", "peer" + peers, 40 + 2L * peers, 1 << 20, false);
  }

  private void startBridge() throws Exception {
    bridges.add(0, "one", X, X).bridge().onPeerEvent(events::add);
    bridges.start();
    // What a wrong frame holds is of any type.
    bridges.consumer(0, "x", m -> m.reply("0"));
  }

  private void send(String must, List<byte[]> records) throws Exception {
    try (PeerInHand peer = peer()) {
      events.clear();
      long before = losses(0, Loss.CODEC);
      for (byte[] record : records) {
        peer.send("0", new RawFrame(record));
      }
      if (must.equals(END)) {
        assertEquals(1, events.size(), events::toString);
        PeerEvent event = events.remove();
        assertEquals(PeerEvent.State.DOWN, event.state());
        assertEquals(Departure.Reason.CUT_OFF, event.departure().why());
        return;
      }
      assertEquals(List.of(), List.copyOf(events));
      if (CODES.containsKey(must)) {
        int code = CODES.get(must);
        assertEquals(code == Failures.CODEC ? 1 : 0, losses(0, Loss.CODEC) - before);
        if (records.get(0)[0] == FrameKind.REQUEST) {
          PeerInHand.Got reply = peer.next();
          assertEquals(0x0000000100000000L, reply.replyTo());
          assertEquals(code, reply.failure().failureCode());
        } else {
          assertEquals(List.of(), List.copyOf(peer.got));
        }
      }
      peer.message("0", m -> m.to(FrameKind.REQUEST, 1, 78).body(null, "r"));
      assertEquals("0", peer.next().body());
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aWrongFrameHasTheseConsequences(Vector vector) throws Exception {
    startBridge();
    for (byte[] frame : versions(vector)) {
      send(vector.json().getString("must"), List.of(frame));
    }
    try (PeerInHand honest = peer()) {
      honest.message("0", m -> m.to(FrameKind.REQUEST, 1, 77).body(null, "r"));
      assertEquals("0", honest.next().body());
    }
    assertTrue(peers >= 2);
  }

  @ParameterizedTest
  @MethodSource("records")
  void recordsThatAreNoFrameEndTheChannel(Vector vector) throws Exception {
    startBridge();
    send(END, new ArrayList<>(vector.list("records")));
  }
}
