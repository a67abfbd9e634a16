package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import java.io.IOException;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.options.SysvOptions;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.SegmentStatus;
import org.vertxipc.posix.SharedSegment;
import org.vertxipc.ring.RingLayout;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Segments;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.Tmpfs;

/** Tests what is specific to System V segments, message queues and memory without a name. */
@OnOneJdk
class MechanismsTest {
  private static final int KEY = 0x56495000 | (int) (ProcessHandle.current().pid() & 0xff);

  private TestBus bus;
  private Vertx vertx;

  private void open(String transport) {
    bus = new TestBus(transport);
    vertx = bus.vertx(true);
  }

  @AfterEach
  void close() throws Exception {
    if (bus != null) {
      bus.close();
    }
  }

  private NodeProcess echo(BusOptions options) throws Exception {
    NodeProcess node = bus.process(options.addExport("t.echo").addExport("t.record"));
    node.consume("t.echo", "echo");
    node.consume("t.record", "record");
    node.call("start");
    return node;
  }

  private IpcBridge connected(BusOptions options) throws Exception {
    IpcBridge bridge = bus.bridge(vertx, options.addImport("t.*"));
    Await.get(bridge.start());
    Await.get(bridge.awaitExport("t.record"));
    assertEquals("there", Await.get(vertx.eventBus().request("t.echo", "there")).body());
    return bridge;
  }

  @Test
  void segmentsHaveTheKeyAndThePermissionsAskedFor() throws Exception {
    open("sysv");
    SysvOptions sysv = new SysvOptions().setMode("0644").setKeepKey(true);
    BusOptions there = bus.options("there").setSysv(sysv.setKey("0x" + Integer.toHexString(KEY)));
    echo(there);
    connected(bus.options("here"));
    int id = SharedSegment.find(KEY);
    SegmentStatus status = SharedSegment.status(id);
    assertEquals(0644, status.mode());
    assertEquals(2, status.attached());
    assertEquals(RingLayout.size(there.getRingBytes()), status.size());

    // An observer may read the segment, and no more.
    try (SharedSegment observed = SharedSegment.attach(id, true)) {
      assertTrue(RingLayout.hasMagic(observed.buffer()));
      assertThrows(ReadOnlyBufferException.class, () -> observed.buffer().put(0, (byte) 1));
    }
    // This is the kernel's list, which ipcs -m shows.
    assertTrue(
        Files.readAllLines(Path.of("/proc/sysvipc/shm")).stream()
            .anyMatch(line -> line.strip().matches(KEY + " +" + id + " +644 .*")));
  }

  @Test
  void theKeyOfAFileIsThatOfFtok() throws Exception {
    open("sysv");
    Path file = Path.of("pom.xml").toAbsolutePath();
    int key = SharedSegment.key(file, 7);
    echo(
        bus.options("there")
            .setSysv(new SysvOptions().setKeepKey(true).setKey("ftok:" + file + ":7")));
    connected(bus.options("here"));
    assertEquals(2, SharedSegment.status(SharedSegment.find(key)).attached());

    BusOptions wrong = bus.options("x").setSysv(new SysvOptions().setKey("ftok:/no/file:7"));
    String e = Await.failure(bus.bridge(bus.vertx(true), wrong).start()).getMessage();
    assertEquals("ftok(/no/file, 7) failed: No such file or directory (ENOENT)", e);
  }

  @Test
  void segmentsAreGoneWhenBothSidesWereKilled() throws Exception {
    open("sysv");
    NodeProcess one = echo(bus.options("one"));
    NodeProcess two = bus.process(bus.options("two").addImport("t.*"));
    two.call("start");
    two.call("await", "t.record");
    assertEquals("x", two.call("request", "t.echo", "x"));
    List<Integer> ids = new ArrayList<>(Segments.madeBy(one.pid()));
    ids.addAll(Segments.madeBy(two.pid()));
    assertEquals(2, ids.size());
    for (int id : ids) {
      assertTrue(SharedSegment.status(id).isMarked(), "marked for removal while it is used");
    }
    one.kill();
    two.kill();
    for (int id : ids) {
      assertThrows(PosixException.class, () -> SharedSegment.status(id));
    }
    // The next node removes what is left in the bus directory.
    Await.get(bus.bridge(vertx, bus.options("next")).start());
  }

  @Test
  void segmentsOfTheDeadAreRemovedAndThoseOfStrangersAreNot() throws Exception {
    open("sysv");
    int orphan = Segments.ofAProcessThatEnded(KEY, true);
    int stranger = Segments.ofAProcessThatEnded(KEY + 1, false);
    try {
      BusOptions inTheWay = bus.options("x").setSysv(new SysvOptions().setKey("" + (KEY + 1)));
      String e = Await.failure(bus.bridge(vertx, inTheWay).start()).getMessage();
      assertTrue(
          e.startsWith(
              String.format(
                  "The key 0x%08x is in use: segment %d of 5120 bytes has it, of user %d",
                  KEY + 1, stranger, Posix.getuid())),
          e);
      assertEquals(-1, SharedSegment.find(KEY), "the orphan, " + orphan);
      assertEquals(stranger, SharedSegment.find(KEY + 1));
      BusOptions free = bus.options("y").setSysv(new SysvOptions().setKey("" + KEY));
      Await.get(bus.bridge(vertx, free).start());
    } finally {
      SharedSegment.remove(stranger);
    }
  }

  private static DeliveryOptions priority(String value) {
    return new DeliveryOptions().addHeader(IpcBridge.PRIORITY_HEADER, value);
  }

  @Test
  void whatIsUrgentOvertakesInAFullQueue() throws Exception {
    open("mqueue");
    NodeProcess there = echo(bus.options("there").addExport("t.urgent"));
    there.consume("t.urgent", "record");
    IpcBridge bridge =
        connected(
            bus.options("here")
                .setMqueue(new MqueueOptions().setPriorities(Map.of("t.urgent", 3))));
    int n = 200;
    String padding = "-".repeat(4000);
    there.signal("STOP");
    for (int i = 0; i < n; i++) {
      vertx.eventBus().send("t.record", i + padding);
    }
    // It is longer than the queue: others overtake its pieces, and none are mixed up.
    String large = "x".repeat(300_000);
    vertx.eventBus().send("t.record", large);
    for (int i = 0; i < 3; i++) {
      vertx.eventBus().send("t.record", "nine " + i, priority("9"));
      vertx.eventBus().send("t.urgent", "by address " + i);
    }
    vertx.eventBus().send("t.record", "first", priority("32767"));
    // Asked for on the same context after the others: they are all in the queue, or wait for it.
    Await.get(bridge.exports());
    there.signal("CONT");
    Await.until("all arrived", () -> there.count("t.record") == n + 5);
    Await.until("all arrived", () -> there.count("t.urgent") == 3);

    List<String> got = there.received("t.record").stream().map(String::valueOf).toList();
    assertEquals(
        IntStream.range(0, n).mapToObj(i -> i + padding).toList(),
        got.stream().filter(s -> s.endsWith(padding)).toList());
    assertEquals(large, got.get(n + 4));
    assertEquals(
        List.of("first", "nine 0", "nine 1", "nine 2"),
        got.stream().filter(s -> s.length() < 10).toList());
    // What the kernel's queue holds, 20 of them, may have been taken before there was room.
    assertTrue(got.indexOf("nine 2") < 60, "at " + got.indexOf("nine 2"));
    assertEquals(
        List.of("by address 0", "by address 1", "by address 2"),
        there.received("t.urgent").stream().toList());
  }

  @Test
  void aPriorityThatIsNoneFailsThatMessage() throws Exception {
    open("mqueue");
    echo(bus.options("there"));
    connected(bus.options("here"));
    for (String wrong : List.of("-1", "32768", "high", "")) {
      ReplyException e =
          (ReplyException) Await.failure(vertx.eventBus().request("t.echo", "x", priority(wrong)));
      assertEquals(IpcBridge.CODEC, e.failureCode());
      assertTrue(
          e.getMessage().contains("header ipc-priority is '" + wrong + "', expected 0 to 32767"),
          e.getMessage());
    }
    assertEquals("x", Await.get(vertx.eventBus().request("t.echo", "x", priority("7"))).body());
  }

  @Test
  void queuesBeyondTheLimitsAreRefusedAtTheStart() throws Exception {
    open("mqueue");
    for (MqueueOptions tooMuch :
        List.of(
            new MqueueOptions().setMaxMessages(60_000).setMessageBytes(8192),
            new MqueueOptions().setMaxMessages(1).setMessageBytes(16 << 20))) {
      String e =
          Await.failure(bus.bridge(vertx, bus.options("x").setMqueue(tooMuch)).start())
              .getMessage();
      assertTrue(e.startsWith("mq_open(/vertx-ipc-"), e);
      assertTrue(e.contains("RLIMIT_MSGQUEUE") || e.contains("/proc/sys/fs/mqueue"), e);
    }
    BusOptions tooShort = bus.options("x").setMqueue(new MqueueOptions().setMessageBytes(100));
    String e = Await.failure(bus.bridge(vertx, tooShort).start()).getMessage();
    assertEquals("Messages of 100 bytes are too short, at least 128 are needed", e);
  }

  @Test
  void queuesOfTheDeadAreRemoved() throws Exception {
    open("mqueue");
    NodeProcess one = echo(bus.options("one"));
    NodeProcess two = bus.process(bus.options("two").addImport("t.*"));
    two.call("start");
    two.call("await", "t.record");
    List<String> names = queues();
    assertEquals(2, names.size());
    for (String name : names) {
      MessageQueue.open(name, Posix.O_RDONLY).close();
    }
    one.kill();
    two.kill();
    Await.get(bus.bridge(vertx, bus.options("next")).start());
    for (String name : names) {
      PosixException e =
          assertThrows(PosixException.class, () -> MessageQueue.open(name, Posix.O_RDONLY));
      assertEquals(Errno.ENOENT, e.errno());
    }
  }

  private List<String> queues() throws IOException {
    List<String> names = new ArrayList<>();
    try (var files = Files.walk(bus.path())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".mq")).toList()) {
        names.add(Files.readAllLines(file).get(0));
      }
    }
    return names;
  }

  private static List<String> mapped(long pid, String what) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/maps")).stream()
        .filter(line -> line.contains(what))
        .toList();
  }

  @Test
  void twoNodesOfAProcessShareDevZeroAndOthersAMemoryFile() throws Exception {
    open("anonymous");
    long self = ProcessHandle.current().pid();
    NodeProcess there = echo(bus.options("there"));
    connected(bus.options("here"));
    assertEquals(List.of(), mapped(self, "/dev/zero"));
    assertEquals(2, mapped(self, "memfd:vertx-ipc").size());
    assertEquals(2, mapped(there.pid(), "memfd:vertx-ipc").size());

    Vertx second = bus.vertx(true);
    IpcBridge neighbour = bus.bridge(second, bus.options("neighbour").addExport("n.echo"));
    second.eventBus().consumer("n.echo", m -> m.reply(m.body()));
    Await.get(neighbour.start());
    Await.until("connected", () -> Await.exports(neighbour).contains("t.echo"));
    assertEquals(2, mapped(self, "/dev/zero").size(), "one for each way");
    assertNotEquals(List.of(), mapped(self, "memfd:vertx-ipc"));
    Await.get(neighbour.close());
    Await.until("unmapped", () -> devZero(self) == 0);
  }

  private static int devZero(long pid) {
    try {
      return mapped(pid, "/dev/zero").size();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Space is reserved when something is made: a full file system is an error, and no SIGBUS. */
  @ParameterizedTest
  @ValueSource(strings = {"shm", "mapped"})
  void aFullFileSystemIsAnErrorAtTheStart(String transport, @TempDir Path temp) throws Exception {
    try (Tmpfs tmpfs = new Tmpfs(temp, "size=512k,mode=700");
        TestBus own = new TestBus(transport)) {
      Path small = tmpfs.path();
      Vertx loop = own.vertx(true);
      BusOptions options = own.options("x");
      if (transport.equals("shm")) {
        options.setDirectory(small.toString());
      } else {
        options.getMapped().setDirectory(small.toString());
      }
      String e = Await.failure(own.bridge(loop, options).start()).getMessage();
      assertTrue(e.startsWith("posix_fallocate(" + small), e);
      assertTrue(e.contains(" bytes) failed: No space left on device (ENOSPC)"), e);
      if (transport.equals("shm")) {
        // Rings that fit work.
        Await.get(own.bridge(loop, options.setRingBytes(65536)).start());
      }
    }
  }
}
