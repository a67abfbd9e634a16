package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcPeer;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.faults.Faults;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.ring.RingLayout;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.RawFrame;
import org.vertxipc.testing.Said;
import org.vertxipc.testing.TestBus;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/** Tests peers that speak the protocol, and then break it. */
@Faults
@OnOneJdk
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
      Await.until("connected", () -> raw.peer("here") != null);
      for (int number : new int[] {0, 2, 99, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        raw.send(
            "here",
            new MessageEncoder(SerializableBodies.NONE)
                .to(FrameKind.REQUEST, number, 7)
                .body(null, "let me in"));
        Await.until("answered", () -> !raw.replies().isEmpty());
        ReplyException e = raw.replies().remove();
        assertEquals(IpcBridge.NOT_EXPORTED, e.failureCode());
        assertTrue(e.getMessage().contains("'here' does not export address number " + number));
      }
      raw.send(
          "here",
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
    FaultTable.Row row = FaultTable.row("hostile peer: broken frames, " + transport);
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
      NodeProcess honest = bus.process(bus.options("honest").addExport("t.echo"));
      Queue<IpcPeer> gone = new ConcurrentLinkedQueue<>();
      bridge.peerHandler(
          peer -> {
            // The peers that were cut off come back, and leave.
            if (!peer.up() && !peer.reason().equals("left the bus")) {
              gone.add(peer);
            }
          });
      Await.get(bridge.start());
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
        Await.until("connected", () -> raw.peer("here") != null);
        raw.send("here", new RawFrame(broken.get(i)));
        // The peer is alive, so it connects to this node again, and leaves it at the end.
        Await.until("cut off", () -> gone.stream().anyMatch(p -> p.node().equals(name)));
        String reason =
            gone.stream().filter(p -> p.node().equals(name)).findFirst().orElseThrow().reason();
        assertTrue(reason.startsWith("was cut off: "), reason);
        assertTrue(gone.stream().noneMatch(p -> p.node().equals("honest")));
        assertEquals("fine", Await.get(vertx.eventBus().request("t.echo", "fine")).body());
        Await.get(raw.leave());
        row.once();
      }
    }
  }

  /** Somebody with the right to open the file writes into a ring. */
  @Test
  void aSpoiltRingCutsOffThatPeerAlone() throws Exception {
    FaultTable.Row row = FaultTable.row("hostile peer: impossible record, shm");
    try (TestBus bus = new TestBus("shm")) {
      Vertx vertx = bus.vertx(true);
      // The reader spins, so that it sees the record before the writer overwrites it.
      BusOptions here = bus.options("here").setIdle(new IdleOptions().setStrategy("spin"));
      IpcBridge bridge = bus.bridge(vertx, here.addImport("t.*"));
      Await.get(bridge.start());
      List<String> names = List.of("victim", "honest");
      List<NodeProcess> nodes = new ArrayList<>();
      for (String name : names) {
        nodes.add(bus.process(bus.options(name).addExport("t." + name)));
      }
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        NodeProcess node = nodes.get(i);
        node.consume("t." + name, "echo");
        node.call("start");
        Await.get(bridge.awaitExport("t." + name));
      }
      Path ring = bus.ring("here", "victim");
      try (FileChannel file =
          FileChannel.open(ring, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        file.read(head, 256);
        // The next record gets a length that no record can have.
        ByteBuffer record = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        record.putInt(0, 1 << 29).putInt(4, 1);
        file.write(record, 1024 + head.getLong(0) % here.getRingBytes());
      }
      Await.until("cut off", () -> Await.exports(bridge).equals(List.of("t.honest")));
      Await.until("counted", () -> bridge.stats().lostPeers() == 1);
      assertEquals("fine", Await.get(vertx.eventBus().request("t.honest", "fine")).body());
      row.once();
    }
  }

  /** The reader of a ring spoils the position that its writer needs to know. */
  @ParameterizedTest
  @ValueSource(longs = {-8, 0, Long.MAX_VALUE - 7})
  void anImpossiblePositionCutsOffThatPeerAlone(long head) throws Exception {
    FaultTable.Row row = FaultTable.row("hostile peer: position " + head + ", shm");
    try (TestBus bus = new TestBus("shm")) {
      Vertx vertx = bus.vertx(true);
      NodeProcess reader = bus.process(bus.options("reader").addExport("t.n"));
      NodeProcess writer = bus.process(bus.options("writer").addImport("t.n").addExport("x.echo"));
      reader.consume("t.n", "number");
      reader.call("start");
      writer.consume("x.echo", "echo");
      writer.call("start");
      writer.call("await", "t.n");
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("x.*"));
      Await.get(bridge.start());
      Await.get(bridge.awaitExport("x.echo"));
      // Around the ring, of a MiB, more than once: the writer has had to look at the position.
      int sent = 0;
      while (sent < 3_000) {
        sent += ((JsonObject) writer.call("flood", "t.n", 100)).getInteger("accepted");
      }
      // A writer that waits for room does not look before it is told of some.
      int all = sent;
      Await.until("the ring is empty", () -> reader.count("t.n") == all);
      reader.signal("STOP");
      ByteBuffer position = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
      position.putLong(0, head);
      Path ring = bus.ring("reader", "writer");
      try (FileChannel file = FileChannel.open(ring, StandardOpenOption.WRITE)) {
        file.write(position, 256);
      }
      // The writer looks when it has gone around the ring again.
      Await.until("cut off", () -> flooded(writer).contains("reader was cut off"));
      assertTrue(writer.gone().contains("ring head " + head + ", expected "), writer.gone());
      assertEquals("fine", Await.get(vertx.eventBus().request("x.echo", "fine")).body());
      reader.signal("CONT");
      row.once();
    }
  }

  private static String flooded(NodeProcess writer) {
    try {
      writer.call("flood", "t.n", 50);
      return writer.gone();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Frames that are announced and never end take only the memory of what has arrived of them. */
  @Test
  void framesWithoutAnEndTakeLittleMemory() throws Exception {
    FaultTable.Row row = FaultTable.row("hostile peer: frames without an end, shm");
    try (TestBus bus = new TestBus("shm")) {
      BusOptions here = bus.options("here").addExport("t.echo");
      NodeProcess node = bus.process(here);
      node.consume("t.echo", "echo");
      node.call("start");
      long before = ((Number) node.call("heap")).longValue();
      List<RawNode> endless = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        RawNode raw = new RawNode(bus.vertx(true), bus.options("endless" + i));
        endless.add(raw);
        Await.get(raw.join());
        Await.until("connected", () -> raw.peer("here") != null);
        // A frame of 64 MiB is announced, and arrives one byte at a time.
        raw.send(
            "here",
            new RawFrame(new byte[] {FrameKind.FRAGMENT_FIRST, 0, 0, 0, 0, 0, 0, 4, 6, 0, 0, 0}));
        for (int n = 0; n < 30_000; n++) {
          raw.send("here", new RawFrame(new byte[] {FrameKind.FRAGMENT_NEXT, 0, 0, 0, 1}));
        }
      }
      RawNode last = endless.get(2);
      last.send("here", new RawFrame(new byte[] {FrameKind.SEND, 0, 0, 0, 1, 0, 0, 0}));
      Await.until(
          "cut off", () -> node.gone().contains("endless2 was cut off: frame of kind 6 amid"));
      long grown = ((Number) node.call("heap")).longValue() - before;
      assertTrue(grown < 20 << 20, "grown by " + grown);
      // The one that was cut off is alive, and may have connected again by now.
      int peers = ((Number) node.call("peers")).intValue();
      assertTrue(peers == 2 || peers == 3, "peers: " + peers);
      row.times(endless.size());
      Await.get(Future.all(endless.stream().map(RawNode::leave).toList()));
    }
  }

  /** Tests a stranger that reads, and offers a file that is not a ring. */
  @Test
  void aRingOfAnotherVersionIsNamed() throws Exception {
    FaultTable.Row row = FaultTable.row("hostile peer: ring of another version");
    try (TestBus bus = new TestBus("shm");
        Said said = new Said()) {
      Vertx vertx = bus.vertx(true);
      BusOptions here = bus.options("here").addExport("t.echo");
      IpcBridge bridge = bus.bridge(vertx, here);
      Await.get(bridge.start());
      NodeProcess honest = bus.process(bus.options("honest").addImport("t.echo"));
      vertx.eventBus().consumer("t.echo", m -> m.reply(m.body()));
      honest.call("start");
      honest.call("await", "t.echo");
      Path door = bus.path().resolve("here").resolve("door");
      long ours = incarnation(bus, "here");
      BusDirectory directory = new BusDirectory(RawNode.config(bus.options("evil")));
      NodeRecord evil = NodeRecord.ofThisProcess(RawNode.config(bus.options("evil")), 5);
      Membership membership = Membership.claim(Access.OWNER, directory, evil);
      Path base = directory.nodeDirectory("evil").resolve("here-" + NodeRecord.hex(ours));
      int bell = Fifo.createReader(Access.OWNER, Path.of(base + ".bell"));
      Path ring = Path.of(base + ".ring");
      ByteBuffer image = ByteBuffer.allocateDirect(1024 + 4096).order(ByteOrder.nativeOrder());
      RingLayout.initialize(image, 4096);
      image.putInt(8, 3);
      Files.createFile(
          ring, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel file = FileChannel.open(ring, StandardOpenOption.WRITE)) {
        file.write(image);
      }
      assertTrue(Door.knock(Access.OWNER, door, new Knock("evil", 5, ours, 2)));
      String expected =
          "Node 'evil' can't be reached: its channel can't be opened: "
              + ring
              + ": ring layout of version 3, this is version 2";
      Await.until("named", () -> !said.starting(expected).isEmpty());
      assertEquals("fine", honest.call("request", "t.echo", "fine"));
      row.once();
      Posix.close(bell);
      membership.release();
    }
  }

  private static long incarnation(TestBus bus, String node) throws IOException {
    Path record = bus.path().resolve(node).resolve("node.json");
    return NodeRecord.of(SmallFile.readJson(Access.OWNER, record, 4096)).incarnation();
  }

  /** Tests false knocks: whoever may write to the door may claim to be any node. */
  @Test
  void aKnockInAnothersNameIsPassedOver() throws Exception {
    FaultTable.Row row = FaultTable.row("hostile peer: knocks in another's name");
    try (TestBus bus = new TestBus("shm");
        Said said = new Said()) {
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
      Queue<IpcPeer> changes = new ConcurrentLinkedQueue<>();
      Await.get(bridge.start());
      NodeProcess honest = bus.process(bus.options("honest").addExport("t.echo"));
      honest.consume("t.echo", "echo");
      honest.call("start");
      Await.get(bridge.awaitExport("t.echo"));
      bridge.peerHandler(changes::add);
      Path own = bus.path().resolve("here");
      // They are made on a worker, beside the start.
      Await.until("its counters", () -> names(own).contains("counters"));
      List<String> files = names(own);
      Path door = own.resolve("door");
      long ours = incarnation(bus, "here");
      long begun = System.nanoTime();
      ByteBuffer none = ByteBuffer.allocateDirect(Door.BYTES);
      for (int i = 0; i < 1000; i++) {
        while (!Door.write(Access.OWNER, door, none)) {
          Thread.onSpinWait();
        }
        Knock knock = new Knock(i % 2 == 0 ? "honest" : "nobody" + i, i, ours, 2);
        while (!Door.knock(Access.OWNER, door, knock)) {
          Thread.onSpinWait(); // It is full: there are more than it reads at once.
        }
      }
      // A true knock follows.
      RawNode raw = new RawNode(bus.vertx(true), bus.options("raw"));
      Await.get(raw.join());
      // Of what is no knock, and of false ones, a line is logged in each second.
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      int lines = said.starting("A knock is ignored").size();
      assertTrue(lines >= 2 && lines <= 2 * (seconds + 2), lines + " in " + seconds + " s");
      Await.until("connected", () -> raw.peer("here") != null);
      assertEquals("fine", Await.get(vertx.eventBus().request("t.echo", "fine")).body());
      assertEquals(List.of("raw"), changes.stream().map(IpcPeer::node).distinct().toList());
      assertEquals(0, bridge.stats().lostPeers());
      row.times(1000);
      Await.get(raw.leave());
      Await.until(
          () -> "as before: " + files + ", not " + names(own), () -> names(own).equals(files));
    }
  }

  private static List<String> names(Path directory) {
    String[] names = directory.toFile().list();
    Arrays.sort(names);
    return List.of(names);
  }
}
