package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.StoreNode;
import org.vertxipc.testing.TestBus;

/** Messages that wait in files for a node that is down. */
class StoreTest {
  private TestBus bus;
  private Vertx vertx;

  @BeforeEach
  void open() {
    bus = new TestBus("mapped");
    vertx = bus.vertx(true);
  }

  @AfterEach
  void close() throws Exception {
    bus.close();
  }

  private NodeProcess reader() throws Exception {
    NodeProcess node = bus.process(bus.options("reader").addExport("t.record"));
    node.consume("t.record", "record");
    node.call("start");
    return node;
  }

  private IpcBridge writer() throws Exception {
    IpcBridge bridge = bus.bridge(vertx, bus.options("writer").addImport("t.*"));
    Await.get(bridge.start());
    return bridge;
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private void publishAll(int from, int to) {
    numbers(from, to).forEach(i -> vertx.eventBus().publish("t.record", i));
  }

  @Test
  void whatIsSentToANodeThatIsDownArrivesWhenItIsBack() throws Exception {
    IpcBridge bridge = writer();
    NodeProcess first = reader();
    Await.get(bridge.awaitExport("t.record"));
    publishAll(0, 10);
    Await.until("live", () -> first.count("t.record") == 10);
    first.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    Await.until(
        "requests fail",
        () -> failure(vertx.eventBus().request("t.record", 1)).contains("is down"));
    publishAll(10, 20);
    IpcProducer producer = bridge.sender("t.record");
    for (int i = 20; i < 100; i++) {
      Await.get(producer.write(i));
    }
    NodeProcess second = reader();
    Await.until("all", () -> second.count("t.record") >= 90);
    List<Object> got = second.received("t.record").stream().toList();
    // What the first had got may come again, and before the rest.
    assertEquals(numbers(10, 100), got.subList(got.size() - 90, got.size()));
    // And now it is there again.
    Await.get(bridge.awaitExport("t.record"));
    publishAll(100, 110);
    Await.until("live again", () -> all(second).contains(109));
    assertEquals(110 - 10, new HashSet<>(all(second)).size());
  }

  private static List<Object> all(NodeProcess node) {
    try {
      return node.received("t.record").stream().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String failure(Future<?> future) {
    try {
      return Await.failure(future).getMessage();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aWriterThatStartsWhileTheReaderIsDownFindsItsStore() throws Exception {
    NodeProcess first = reader();
    first.close();
    assertTrue(Files.exists(bus.store().resolve("reader").resolve("exports.json")));
    IpcBridge bridge = writer();
    for (int i = 0; i < 50; i++) {
      Await.get(bridge.sender("t.record").write(i));
    }
    Await.get(bridge.close());
    // Neither is there now.
    NodeProcess second = reader();
    Await.until("all", () -> second.count("t.record") == 50);
    assertEquals(numbers(0, 50), second.received("t.record").stream().toList());
  }

  @Test
  void whatNobodyTakesYetWaitsAndHoldsUpNothingElse() throws Exception {
    IpcBridge bridge = writer();
    NodeProcess node = bus.process(bus.options("reader").addExport("t.late").addExport("t.echo"));
    node.consume("t.echo", "echo");
    node.call("start");
    Await.get(bridge.awaitExport("t.echo"));
    for (int i = 0; i < 5; i++) {
      vertx.eventBus().send("t.late", i);
    }
    assertEquals("on", Await.get(vertx.eventBus().request("t.echo", "on")).body());
    node.consume("t.late", "record");
    Await.until("taken", () -> node.count("t.late") == 5);
    assertEquals(numbers(0, 5), node.received("t.late").stream().toList());
  }

  @Test
  void oneMessageThatWaitsLetsAnyNumberPass() throws Exception {
    IpcBridge bridge = writer();
    BusOptions options =
        bus.options("reader").addExport("t.late").addExport("t.echo").addExport("t.record");
    NodeProcess node = bus.process(options);
    node.consume("t.echo", "echo");
    node.consume("t.record", "number");
    node.call("start");
    Await.get(bridge.awaitExport("t.record"));
    vertx.eventBus().send("t.late", "waits");
    IpcProducer producer = bridge.sender("t.record");
    // Eight times what its file holds.
    int count = 200;
    for (int i = 0; i < count; i++) {
      Await.get(producer.write(Buffer.buffer(new byte[40_000]).setInt(0, i)));
      assertEquals("on", Await.get(vertx.eventBus().request("t.echo", "on")).body());
    }
    Await.until("all", () -> node.count("t.record") == count);
    assertTrue(Files.exists(bus.store().resolve("reader").resolve("writer.parked")));
    node.kill();
    NodeProcess next = bus.process(options);
    next.consume("t.late", "record");
    next.call("start");
    Await.until("it waited", () -> next.count("t.late") == 1);
    next.close();
    assertFalse(Files.exists(bus.store().resolve("reader").resolve("writer.parked")));
  }

  @Test
  void aReaderStartsWhileOthersWriteToIt() throws Exception {
    List<LogRecord> said = new CopyOnWriteArrayList<>();
    Handler handler = handler(said);
    Logger log = Logger.getLogger("org.vertxipc");
    log.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        Vertx own = bus.vertx(true);
        IpcBridge bridge =
            bus.bridge(own, bus.options("w" + i).setTransport("shm").addImport("t.*"));
        Await.get(bridge.start());
        IpcProducer producer = bridge.publisher("t.record");
        own.setPeriodic(1, id -> producer.write(1));
      }
      for (int i = 0; i < 5; i++) {
        Vertx own = bus.vertx(true);
        AtomicInteger got = new AtomicInteger();
        own.eventBus().consumer("t.record", m -> got.incrementAndGet());
        IpcBridge reader = bus.bridge(own, bus.options("reader").addExport("t.record"));
        Await.get(reader.start());
        assertEquals(3, Await.get(reader.peers()).size());
        Await.until("they come", () -> got.get() > 100);
        Await.get(reader.close());
      }
      assertEquals(
          List.of(),
          said.stream().filter(r -> r.getThrown() != null).map(LogRecord::getMessage).toList());
    } finally {
      log.removeHandler(handler);
    }
  }

  private static Handler handler(List<LogRecord> said) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        said.add(record);
      }

      @Override
      public void flush() {
        // They are there.
      }

      @Override
      public void close() {
        // They stay.
      }
    };
  }

  @Test
  void whatAPublisherWasToldIsStoredArrivesThoughTheReaderDies(@TempDir Path dir) throws Exception {
    var config = TestBus.json(bus.options("reader").addExport("t.n"));
    Path got = dir.resolve("got");
    IpcBridge bridge = writer();
    StoreNode reader = StoreNode.reader(config, got);
    try {
      Await.get(bridge.awaitExport("t.n"));
      Set<String> stored = ConcurrentHashMap.newKeySet();
      IpcProducer producer = bridge.publisher("t.n");
      AtomicInteger number = new AtomicInteger();
      long timer =
          vertx.setPeriodic(
              1,
              id -> {
                int n = number.incrementAndGet();
                producer.write(n).onSuccess(v -> stored.add(Integer.toString(n)));
              });
      for (int i = 0; i < 4; i++) {
        int before = lines(got).size();
        Await.until("it reads", () -> lines(got).size() > before + 100);
        reader.kill();
        int gap = stored.size();
        Await.until("it is stored meanwhile", () -> stored.size() > gap + 100);
        reader = StoreNode.reader(config, got);
      }
      vertx.cancelTimer(timer);
      Await.until("nothing is lost", () -> withoutMarks(got).containsAll(stored));
    } finally {
      reader.kill();
    }
    Await.get(bus.bridge(bus.vertx(true), bus.options("next")).start());
  }

  @Test
  void messagesAreNumberedAndThoseThatMayComeTwiceAreMarked() throws Exception {
    IpcBridge bridge = writer();
    Vertx there = bus.vertx(true);
    BusOptions options = bus.options("reader").addExport("t.record");
    options.getMapped().setIdentified(true);
    IpcBridge reader = bus.bridge(there, options);
    List<MultiMap> seen = new ArrayList<>();
    there.eventBus().consumer("t.record", m -> seen.add(m.headers()));
    Await.get(reader.start());
    Await.get(bridge.awaitExport("t.record"));
    for (int i = 0; i < 3; i++) {
      Await.get(bridge.sender("t.record").write(i));
    }
    Await.until("all", () -> seen.size() == 3);
    long last = -1;
    for (MultiMap headers : seen) {
      assertEquals("writer", headers.get("ipc-source"));
      assertTrue(Long.parseLong(headers.get("ipc-sequence")) > last);
      assertNull(headers.get("ipc-redelivered"));
      last = Long.parseLong(headers.get("ipc-sequence"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "interval", "message"})
  void aWriteIsDoneWhenItIsAsSafeAsAskedFor(String fsync) throws Exception {
    BusOptions options = bus.options("writer").addImport("t.*");
    options.getMapped().setFsync(fsync).setFsyncMillis(5);
    IpcBridge bridge = bus.bridge(vertx, options);
    Await.get(bridge.start());
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    IpcProducer producer = bridge.sender("t.record");
    Future<Void> last = null;
    for (int i = 0; i < 500; i++) {
      last = producer.write(i);
    }
    // Four times what the file holds: room is used again only when the disk knows that it is free.
    for (int i = 0; i < 100; i++) {
      last = producer.write(Buffer.buffer(new byte[40_000]));
    }
    Await.get(last);
    Await.until("all", () -> node.count("t.record") == 600);
  }

  @Test
  void aFullStoreAndALongMessageAreRefused() throws Exception {
    IpcBridge bridge = writer();
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    Buffer tooLong = Buffer.buffer(new byte[600_000]);
    ReplyException e = (ReplyException) Await.failure(bridge.sender("t.record").write(tooLong));
    assertEquals(IpcBridge.TOO_LARGE, e.failureCode());
    assertTrue(
        e.getMessage().contains("(half of mapped.fileBytes, or maxMessageBytes, of its node)"),
        e.getMessage());
    node.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    IpcProducer producer = bridge.sender("t.record");
    Buffer body = Buffer.buffer(new byte[50_000]);
    int stored = 0;
    ReplyException full = null;
    while (full == null) {
      try {
        Await.get(producer.write(body));
        stored++;
      } catch (ReplyException failed) {
        full = failed.failureCode() == IpcBridge.QUEUE_FULL ? failed : null;
        if (full == null && failed.failureCode() > 0) {
          throw failed;
        }
      }
    }
    assertEquals("The store of node 'reader', which is down, is full", full.getMessage());
    assertTrue(producer.writeQueueFull());
    assertTrue(stored >= 14 && stored <= 20, "a MiB: " + stored);
    NodeProcess again = reader();
    int expected = stored;
    Await.until("all", () -> again.count("t.record") == expected);
  }

  @Test
  void whatItsReaderWouldNotTakeIsRefusedAndWhatIsStoredIsDelivered() throws Exception {
    Buffer body = Buffer.buffer(new byte[200_000]);
    NodeProcess node = reader();
    IpcBridge bridge = writer();
    Await.get(bridge.awaitExport("t.record"));
    node.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    Await.get(bridge.sender("t.record").write(body));
    // It takes less from now on.
    BusOptions options = bus.options("reader").addExport("t.record").setMaxMessageBytes(100_000);
    NodeProcess next = bus.process(options);
    next.consume("t.record", "number");
    next.call("start");
    Await.until("what was stored", () -> next.count("t.record") == 1);
    Await.get(bridge.awaitExport("t.record"));
    next.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    refuses(bridge, body);
    // A writer that has never met it knows, too.
    Await.get(bridge.close());
    IpcBridge stranger =
        bus.bridge(vertx, bus.options("stranger").setTransport("shm").addImport("t.*"));
    Await.get(stranger.start());
    refuses(stranger, body);
  }

  private static void refuses(IpcBridge bridge, Buffer body) throws Exception {
    ReplyException e = (ReplyException) Await.failure(bridge.sender("t.record").write(body));
    assertEquals(IpcBridge.TOO_LARGE, e.failureCode());
    assertTrue(e.getMessage().contains("at most 100000 "), e.getMessage());
  }

  @Test
  void aTornFileIsMendedAndWhatIsNoStoreIsPutAside() throws Exception {
    IpcBridge bridge = writer();
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    node.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    IpcProducer producer = bridge.sender("t.record");
    Await.until("absent", () -> failure(vertx.eventBus().request("t.record", 1)).contains("down"));
    for (int i = 0; i < 10; i++) {
      Await.get(producer.write("message number " + i));
    }
    Await.get(bridge.close());
    Path file = bus.store().resolve("reader").resolve("writer.store");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // A page that was never written, in the middle of the eighth message.
      byte[] bytes = Files.readAllBytes(file);
      int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("number 7");
      channel.write(ByteBuffer.allocate(40), at);
    }
    NodeProcess again = reader();
    Await.until("the rest", () -> again.count("t.record") == 7);
    assertEquals("message number 6", again.received("t.record").getString(6));
    again.close();

    for (int size : new int[] {100, 1_000_000}) {
      Files.write(file, new byte[size]);
      NodeProcess next = reader();
      IpcBridge to = writer();
      Await.get(to.awaitExport("t.record"));
      Await.get(to.sender("t.record").write("after " + size));
      Await.until("delivered", () -> next.count("t.record") == 1);
      Await.get(to.close());
      next.close();
    }
    try (var files = Files.list(file.getParent())) {
      List<Long> aside =
          files
              .filter(f -> f.getFileName().toString().startsWith("writer.store.damaged-"))
              .map(f -> f.toFile().length())
              .sorted()
              .toList();
      assertEquals(List.of(100L, 1_000_000L), aside);
    }
  }

  @Test
  void aStoreThatWasRemovedIsMadeAnew() throws Exception {
    IpcBridge bridge = writer();
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    node.close();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    Path file = bus.store().resolve("reader").resolve("writer.store");
    Files.delete(file);
    NodeProcess again = reader();
    Await.get(bridge.awaitExport("t.record"));
    Await.get(bridge.sender("t.record").write(1));
    Await.until("arrived", () -> again.count("t.record") == 1);
    assertTrue(Files.exists(file));
  }

  @Test
  void aWriterThatDoesNotComeBackLeavesNoFile() throws Exception {
    NodeProcess node = reader();
    Path directory = bus.store().resolve("reader");
    NodeProcess passing = bus.process(bus.options(null).setTransport("shm").addImport("t.*"));
    passing.call("start");
    passing.call("await", "t.record");
    passing.call("send", "t.record", 7);
    Await.until("arrived", () -> node.count("t.record") == 1);
    assertEquals(1, stores(directory));
    passing.kill();
    Await.until("removed", () -> stores(directory) == 0);
  }

  private static int stores(Path directory) {
    try (var files = Files.list(directory)) {
      return (int) files.filter(f -> f.toString().endsWith(".store")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNameIsNeeded() {
    BusOptions options = bus.options(null);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> bus.bridge(vertx, options));
    assertTrue(e.getMessage().contains("/bus/node: missing, transport mapped needs it"));
  }

  /** {@code -Dvertxipc.kills=100} for the long form; the seed is printed. */
  @Test
  void nothingAcknowledgedIsLostWhenBothAreKilled(@TempDir Path dir) throws Exception {
    int kills = Integer.getInteger("vertxipc.kills", 5);
    long seed = Long.getLong("vertxipc.seed", System.nanoTime());
    System.out.println("kill -9 " + kills + " times, -Dvertxipc.seed=" + seed);
    Random random = new Random(seed);
    var readerConfig = TestBus.json(bus.options("reader").addExport("t.n"));
    var writerConfig = TestBus.json(bus.options("writer").addImport("t.*"));
    Path acked = dir.resolve("acked");
    Path got = dir.resolve("got");
    int incarnation = 1;
    StoreNode reader = StoreNode.reader(readerConfig, got);
    StoreNode writer = StoreNode.writer(writerConfig, acked, incarnation * 10_000_000);
    try {
      Await.until("it runs", () -> lines(got).size() > 1_000);
      for (int i = 0; i < kills; i++) {
        if (random.nextBoolean()) {
          reader.kill();
          reader = StoreNode.reader(readerConfig, got);
        } else {
          writer.kill();
          incarnation++;
          writer = StoreNode.writer(writerConfig, acked, incarnation * 10_000_000);
        }
        // Some in the middle of the start, and some after it.
        Thread.sleep(random.nextInt(1_500));
      }
      int before = lines(acked).size();
      Await.until("it still runs", () -> lines(acked).size() > before + 1_000);
      writer.kill();
      Set<String> stored = new HashSet<>(lines(acked));
      try {
        Await.until("nothing is lost", () -> withoutMarks(got).containsAll(stored));
      } catch (AssertionError e) {
        Set<String> missing = new HashSet<>(stored);
        missing.removeAll(withoutMarks(got));
        throw new AssertionError(
            missing.size() + " are lost: " + missing.stream().sorted().limit(20).toList(), e);
      }
    } finally {
      writer.kill();
      reader.kill();
    }
    List<String> all = lines(got);
    Set<String> seen = new HashSet<>();
    int twice = 0;
    for (String line : all) {
      boolean again = line.endsWith(" again");
      if (!seen.add(line.replace(" again", ""))) {
        twice++;
        assertTrue(again, line + " came twice and is not marked");
      }
    }
    System.out.println(
        lines(acked).size() + " acknowledged, " + seen.size() + " arrived, " + twice + " twice");
    List<Integer> firsts = new ArrayList<>();
    seen.clear();
    for (String line : all) {
      if (seen.add(line.replace(" again", ""))) {
        firsts.add(Integer.parseInt(line.replace(" again", "")));
      }
    }
    assertEquals(firsts.stream().sorted().toList(), firsts, "in order");
    assertFalse(firsts.isEmpty());
    // What the killed left on the bus goes with the next node.
    Await.get(bus.bridge(bus.vertx(true), bus.options("next")).start());
  }

  private static List<String> lines(Path file) {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> withoutMarks(Path file) {
    Set<String> numbers = new HashSet<>();
    lines(file).forEach(line -> numbers.add(line.replace(" again", "")));
    return numbers;
  }
}
