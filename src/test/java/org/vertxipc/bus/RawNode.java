package org.vertxipc.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.counters.CounterSet;
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

/** A node without a bridge: it sends and receives frames, and records what it is told. */
final class RawNode implements BusListener {
  private final ContextInternal context;
  private final Bus bus;
  private final MessageEncoder encoder = new MessageEncoder(SerializableBodies.NONE);
  private final MessageDecoder decoder = new MessageDecoder(SerializableBodies.NONE);
  private final Map<String, LivePeer> up = new ConcurrentHashMap<>();
  private final Queue<ReplyException> replies = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> numbers = new ConcurrentLinkedQueue<>();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger announcements = new AtomicInteger();

  RawNode(Vertx vertx, BusOptions options) {
    context = ((VertxInternal) vertx).getOrCreateContext();
    bus = new Bus(context, config(options), 0, this, new CounterSet());
  }

  static BusConfig config(BusOptions options) {
    BusOptions own = new BusOptions(options);
    // So long it waits for a peer that is paused, or hostile, to announce what it exports.
    own.setMaxMessageBytes(1 << 20).setSendQueueBytes(64 << 20).setStartTimeoutMillis(100);
    own.getMapped().setFileBytes(1 << 20);
    return new BusConfig(own, options.getNode());
  }

  Future<Void> join() {
    return Future.future(p -> context.runOnContext(v -> bus.join().onComplete(p)));
  }

  Future<Void> leave() {
    return Future.future(p -> context.runOnContext(v -> bus.leave().onComplete(p)));
  }

  /** Runs a task on the node's loop. */
  <T> T call(Callable<T> task) throws Exception {
    return Await.on(context, task);
  }

  void setPaused(boolean paused) throws Exception {
    call(
        () -> {
          bus.setPaused(paused);
          return null;
        });
  }

  void send(String node, FrameWriter frame) {
    context.runOnContext(v -> up.get(node).send(frame));
  }

  /** Sends numbered messages; returns how many were accepted. */
  int offer(String node, int count, int bytes) throws Exception {
    return call(
        () -> {
          int accepted = 0;
          for (int i = 0; i < count; i++) {
            Buffer body = Buffer.buffer(new byte[bytes]).setInt(0, i);
            boolean taken = up.get(node).offer(encoder.to(FrameKind.SEND, 1, 0).body(null, body));
            accepted += taken ? 1 : 0;
          }
          return accepted;
        });
  }

  /** Returns a peer that is or was up; null when there has been none of that name. */
  LivePeer peer(String node) {
    return up.get(node);
  }

  Queue<ReplyException> replies() {
    return replies;
  }

  /** Returns the numbers of the messages that have arrived. */
  List<Integer> numbers() {
    return List.copyOf(numbers);
  }

  /** Returns how many control frames, such as exports, have arrived. */
  int announcements() {
    return announcements.get();
  }

  /** Returns which peers came, were muted and went. */
  List<String> events() {
    return List.copyOf(events);
  }

  @Override
  public boolean wants(List<String> exports) {
    return false;
  }

  @Override
  public void onAbsent(AbsentPeer peer, List<String> exports) {
    throw new AssertionError("not wanted");
  }

  @Override
  public void onReturned(AbsentPeer peer) {
    throw new AssertionError("not wanted");
  }

  @Override
  public void onStored(StoredMessage from, Frame frame) {
    from.done().run();
  }

  @Override
  public void onUp(LivePeer peer) {
    // It exports nothing, and others do not wait to hear more.
    peer.send(ControlFrames.bare(FrameKind.SYNCED));
    up.put(peer.name(), peer);
    events.add(peer.name() + " up");
  }

  @Override
  public void onFrame(LivePeer peer, Frame frame) {
    switch (frame.kind()) {
      case FrameKind.REPLY -> replies.add((ReplyException) decoder.wrap(frame).body());
      case FrameKind.SEND -> numbers.add(((Buffer) decoder.wrap(frame).body()).getInt(0));
      default -> announcements.incrementAndGet();
    }
  }

  @Override
  public void onDrained(Peer peer) {}

  @Override
  public void onMuted(LivePeer peer) {
    events.add(peer.name() + " muted");
  }

  @Override
  public void onDown(LivePeer peer, Departure why, AbsentPeer standIn) {
    events.add(peer.name() + " " + why);
  }
}
