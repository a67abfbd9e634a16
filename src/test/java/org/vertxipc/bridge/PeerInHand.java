package org.vertxipc.bridge;

import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.BusListener;
import org.vertxipc.bus.Departure;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.bus.MemoryNode;
import org.vertxipc.bus.Peer;
import org.vertxipc.options.BusOptions;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.testing.Await;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * A node of a bus in memory that a test moves by hand: it sends the frames that the test says, and
 * keeps the messages that it gets. It exports x under number 1.
 */
final class PeerInHand implements BusListener, AutoCloseable {
  private static final SerializableBodies BODIES = SerializableBodies.of(List.of());

  private final MemoryBridges bridges;
  private final ContextInternal context;
  private final MemoryNode node;
  private final MessageEncoder encoder = new MessageEncoder(BODIES);
  private final boolean available;
  private final Map<String, LivePeer> peers = new HashMap<>();

  /** The messages that it has got. */
  final Queue<Got> got = new ConcurrentLinkedQueue<>();

  /**
   * What nodes have said of their addresses: "node x 1 +" for an export that has a consumer, or
   * "node 1 +" later; with "-" for none.
   */
  final Queue<String> heard = new ConcurrentLinkedQueue<>();

  /** Its peers that are gone. */
  final Queue<Departure> gone = new ConcurrentLinkedQueue<>();

  /** A message that it has got. */
  record Got(
      int kind,
      int target,
      long correlation,
      long replyTo,
      long number,
      int priority,
      boolean bounced,
      List<Long> way,
      String header,
      long length,
      Object body) {
    ReplyException failure() {
      return (ReplyException) body;
    }
  }

  /**
   * Joins a bus.
   *
   * @param vertx even incarnation of the Vert.x that it claims to be
   * @param available whether it says that it has a consumer
   */
  PeerInHand(
      MemoryBridges bridges,
      String bus,
      String name,
      long vertx,
      int maxMessageBytes,
      boolean available)
      throws Exception {
    this.bridges = bridges;
    this.available = available;
    context = bridges.vertx(0).createEventLoopContext();
    BusOptions options =
        new BusOptions().setName(bus).setNode(name).setMaxMessageBytes(maxMessageBytes);
    node = bridges.bus(bus).node(context, new BusConfig(options, name), vertx, this);
    on(() -> node.join());
    bridges.settle();
  }

  void on(Runnable task) throws Exception {
    MemoryBridges.on(context, task);
  }

  /** Sends a frame, and waits for what follows. */
  void send(String to, FrameWriter frame) throws Exception {
    on(() -> peers.get(to).send(frame));
    bridges.settle();
  }

  /** Sends a message. */
  void message(String to, UnaryOperator<MessageEncoder> message) throws Exception {
    on(() -> peers.get(to).send(message.apply(encoder)));
    bridges.settle();
  }

  /** Returns the only message that it has got since the last call. */
  Got next() {
    List<Got> all = List.copyOf(got);
    if (all.size() != 1) {
      throw new AssertionError("expected one message, got " + all);
    }
    got.clear();
    return all.get(0);
  }

  @Override
  public void onUp(LivePeer peer) {
    peers.put(peer.name(), peer);
    peer.send(ControlFrames.export(1, "x", available));
    peer.send(ControlFrames.bare(FrameKind.SYNCED));
  }

  @Override
  public void onFrame(LivePeer peer, Frame frame) {
    if (FrameKind.isAnnouncement(frame.kind())) {
      hear(peer.name(), frame);
      return;
    }
    MessageDecoder in = new MessageDecoder(BODIES).wrap(frame);
    got.add(
        new Got(
            in.kind(),
            in.target(),
            in.correlation(),
            in.replyTo(),
            in.number(),
            in.priority(),
            in.isBounced(),
            LongStream.of(in.way()).boxed().toList(),
            in.headers() == null ? null : in.headers().get("h"),
            frame.total(),
            in.codecName() == null ? in.body() : in.bodyBytes()));
  }

  private void hear(String node, Frame frame) {
    boolean export = frame.kind() == FrameKind.EXPORT;
    boolean yes = export ? ControlFrames.readAvailable(frame) : frame.kind() == FrameKind.AVAILABLE;
    if (export || yes || frame.kind() == FrameKind.UNAVAILABLE) {
      String address = export ? ControlFrames.readAddress(frame) + " " : "";
      heard.add(node + " " + address + ControlFrames.readNumber(frame) + (yes ? " +" : " -"));
    }
  }

  @Override
  public void onDown(LivePeer peer, Departure why, AbsentPeer standIn) {
    peers.remove(peer.name());
    gone.add(why);
  }

  @Override
  public void onDrained(Peer peer) {
    // What it sends is not bounded.
  }

  @Override
  public void onMuted(LivePeer peer) {
    // What was sent is still read.
  }

  @Override
  public boolean wants(List<String> exports) {
    return false;
  }

  @Override
  public void onAbsent(AbsentPeer peer, List<String> exports) {
    throw new AssertionError("it wants none");
  }

  @Override
  public void onReturned(AbsentPeer peer) {
    throw new AssertionError("it wants none");
  }

  @Override
  public void onStored(StoredMessage from, Frame frame) {
    throw new AssertionError("it keeps no store");
  }

  @Override
  public void close() throws Exception {
    Await.get(
        Future.<Void>future(left -> context.runOnContext(v -> node.leave().onComplete(left))));
  }
}
