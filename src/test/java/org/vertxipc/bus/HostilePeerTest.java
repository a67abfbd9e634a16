package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vertxipc.BusOptions;
import org.vertxipc.IdleOptions;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcPeer;
import org.vertxipc.channel.descriptor.MqueueConfig;
import org.vertxipc.channel.ring.IdlePolicy;
import org.vertxipc.channel.ring.MappedConfig;
import org.vertxipc.channel.ring.SysvConfig;
import org.vertxipc.channel.ring.SysvKey;
import org.vertxipc.posix.Access;
import org.vertxipc.reactor.InlineLoop;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.TestBus;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/** A peer that speaks the protocol, and then does not keep to it. */
class HostilePeerTest {

  @EachTransport
  void whatIsNotExportedIsRefusedAndCounted(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addExport("open"));
      vertx.eventBus().consumer("secret", m -> m.reply("told"));
      Await.get(bridge.start());
      RawNode raw = new RawNode(bus.vertx(true), bus.options("raw"));
      Await.get(raw.join());
      Await.until("connected", () -> raw.peer != null);
      for (int number : new int[] {0, 2, 99, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        raw.send(
            new MessageEncoder(SerializableBodies.NONE)
                .to(FrameKind.REQUEST, number, 7)
                .body(null, "let me in"));
        Await.until("answered", () -> !raw.replies.isEmpty());
        ReplyException e = raw.replies.remove();
        assertEquals(IpcBridge.NOT_EXPORTED, e.failureCode());
        assertTrue(e.getMessage().contains("'here' does not export address number " + number));
      }
      raw.send(
          new MessageEncoder(SerializableBodies.NONE)
              .to(FrameKind.SEND, 2, 0)
              .body(null, "no answer wanted"));
      Await.until("counted", () -> bridge.stats().refused() == 7);
      assertEquals(0, bridge.stats().received());
      Await.get(raw.leave());
    }
  }

  @EachTransport
  void aBrokenFrameCutsOffThatPeerAlone(String transport) throws Exception {
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
      Queue<IpcPeer> gone = new ConcurrentLinkedQueue<>();
      bridge.peerHandler(
          peer -> {
            if (!peer.up()) {
              gone.add(peer);
            }
          });
      Await.get(bridge.start());
      NodeProcess honest = bus.process(bus.options("honest").addExport("t.echo"));
      honest.consume("t.echo", "echo");
      honest.call("start");
      Await.get(bridge.awaitExport("t.echo"));
      List<byte[]> broken =
          List.of(
              new byte[] {99, 0, 0, 0},
              new byte[] {FrameKind.SEND, 3, -1, -1, 1, 0, 0, 0},
              new byte[] {FrameKind.FRAGMENT_NEXT, 0, 0, 0, 1},
              new byte[] {FrameKind.FRAGMENT_FIRST, 0, 0, 0, -1, -1, -1, 127, 0},
              new byte[] {FrameKind.REQUEST, 0, 0, 0},
              new byte[] {FrameKind.STORED, 0, -1, -1, 'a'},
              new byte[] {FrameKind.STORED, 0, 1, 0, 'a', FrameKind.REQUEST, 0, 0, 0});
      for (int i = 0; i < broken.size(); i++) {
        String name = "bad" + i;
        RawNode raw = new RawNode(bus.vertx(true), bus.options(name));
        Await.get(raw.join());
        Await.until("connected", () -> raw.peer != null);
        raw.send(bytes(broken.get(i)));
        Await.until("cut off", () -> !gone.isEmpty());
        IpcPeer peer = gone.remove();
        assertEquals(name, peer.node());
        assertTrue(peer.reason().startsWith("was cut off: "), peer.reason());
        assertEquals("fine", Await.get(vertx.eventBus().request("t.echo", "fine")).body());
        Await.get(raw.leave());
      }
    }
  }

  /** Somebody with the right to open the file writes into a ring. */
  @Test
  void aSpoiltRingCutsOffThatPeerAlone() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      Vertx vertx = bus.vertx(true);
      // Spinning, so that the reader sees it before the writer writes over it.
      BusOptions here = bus.options("here").setIdle(new IdleOptions().setStrategy("spin"));
      IpcBridge bridge = bus.bridge(vertx, here.addImport("t.*"));
      Await.get(bridge.start());
      for (String name : List.of("victim", "honest")) {
        NodeProcess node = bus.process(bus.options(name).addExport("t." + name));
        node.consume("t." + name, "echo");
        node.call("start");
        Await.get(bridge.awaitExport("t." + name));
      }
      try (Stream<Path> files = Files.list(bus.path().resolve("here"))) {
        Path ring =
            files
                .filter(f -> f.getFileName().toString().matches("victim-.*[.]ring"))
                .findFirst()
                .orElseThrow();
        try (FileChannel file =
            FileChannel.open(ring, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
          file.read(head, 256);
          // Where the next record is to be: one that is longer than any.
          ByteBuffer record = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
          record.putInt(0, 1 << 29).putInt(4, 1);
          file.write(record, 1024 + head.getLong(0) % here.getRingBytes());
        }
      }
      Await.until("cut off", () -> Await.exports(bridge).equals(List.of("t.honest")));
      Await.until("counted", () -> bridge.stats().lostPeers() == 1);
      assertEquals("fine", Await.get(vertx.eventBus().request("t.honest", "fine")).body());
    }
  }

  private static FrameWriter bytes(byte[] frame) {
    return new FrameWriter() {
      @Override
      public int length() {
        return frame.length;
      }

      @Override
      public void write(ByteBuffer out, int offset) {
        out.put(offset, frame);
      }
    };
  }

  /** A node without a bridge. */
  private static final class RawNode implements BusListener {
    private final ContextInternal context;
    private final Bus bus;
    private final Queue<ReplyException> replies = new ConcurrentLinkedQueue<>();
    private volatile Peer peer;

    RawNode(Vertx vertx, BusOptions options) {
      VertxInternal internal = (VertxInternal) vertx;
      InlineLoop loop = InlineLoop.of(internal.getOrCreateContext());
      context = loop.context(internal);
      BusConfig config =
          new BusConfig(
              Access.OWNER,
              Path.of(options.getDirectory()),
              options.getName(),
              options.getNode(),
              options.getTransport(),
              new TransportConfig(
                  1 << 20,
                  new IdlePolicy(IdlePolicy.Mode.PARK, 50_000, 0),
                  1 << 20,
                  new SysvConfig(SysvKey.parse("0"), 0600, false),
                  new MqueueConfig(0, 0),
                  new MappedConfig(
                      Path.of(options.getMapped().getDirectory()),
                      1 << 20,
                      MappedConfig.Sync.NONE,
                      0)),
              1 << 20,
              1 << 20,
              2000,
              2000);
      bus = new Bus(loop, context, config, this);
    }

    Future<Void> join() {
      return Future.future(p -> context.runOnContext(v -> bus.join().onComplete(p)));
    }

    Future<Void> leave() {
      return Future.future(p -> context.runOnContext(v -> bus.leave().onComplete(p)));
    }

    @Override
    public boolean wants(List<String> exports) {
      return false;
    }

    @Override
    public void onAbsent(Peer peer, List<String> exports) {
      throw new AssertionError("not wanted");
    }

    @Override
    public void onReturned(Peer peer) {
      throw new AssertionError("not wanted");
    }

    @Override
    public void onStored(StoredMessage from, ByteBuffer in, int at, int length, Buffer body) {
      from.done().run();
    }

    void send(FrameWriter frame) {
      context.runOnContext(v -> peer.send(frame));
    }

    @Override
    public void onUp(Peer peer) {
      if (peer.name().equals("here")) {
        this.peer = peer;
      }
    }

    @Override
    public void onFrame(Peer peer, ByteBuffer in, int at, int length, Buffer body) {
      if (in.get(at) == FrameKind.REPLY) {
        replies.add(
            (ReplyException)
                new MessageDecoder(SerializableBodies.NONE).wrap(in, at, length, body).body());
      }
    }

    @Override
    public void onDrained(Peer peer) {}

    @Override
    public void onDown(Peer peer, String reason) {}
  }
}
