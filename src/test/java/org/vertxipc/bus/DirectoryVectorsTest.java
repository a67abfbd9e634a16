package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.JsonFile;
import org.vertxipc.channel.Names;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.options.BusOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.Vectors;
import org.vertxipc.testing.Vectors.Vector;

/** Compares what is in the directory of a bus with the test vectors. */
class DirectoryVectorsTest {
  @TempDir Path temp;

  static List<Vector> knocks() {
    return Vectors.read("directory", "knocks");
  }

  static List<Vector> wrongKnocks() {
    return Vectors.read("directory", "wrongKnocks");
  }

  static List<Vector> records() {
    return Vectors.read("directory", "records");
  }

  static List<Vector> recordsThatAreRead() {
    return Stream.concat(records().stream(), Vectors.read("directory", "readRecords").stream())
        .toList();
  }

  static List<Vector> wrongRecords() {
    return Vectors.read("directory", "wrongRecords");
  }

  static List<Vector> nodes() {
    return Vectors.read("directory", "nodes");
  }

  static List<Vector> channels() {
    return Vectors.read("directory", "channels");
  }

  static List<Vector> guards() {
    return Vectors.read("directory", "guards");
  }

  private static Knock decode(Vector vector) {
    assertEquals(Door.BYTES, vector.bytes().length);
    // Knocks of others are before and behind it.
    ByteBuffer bytes = ByteBuffer.allocate(3 * Door.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(Door.BYTES, vector.bytes());
    return Knock.decode(bytes, Door.BYTES);
  }

  @ParameterizedTest
  @MethodSource("knocks")
  void aKnockHasTheseBytes(Vector vector) {
    JsonObject words = vector.json().getJsonObject("knock");
    Knock knock =
        new Knock(
            words.getString("node"),
            id(words.getString("incarnation")),
            id(words.getString("addressee")),
            words.getInteger("transport"));
    assertEquals(Vectors.hex(vector.bytes()), Vectors.hex(Vectors.all(knock.encode())));
    assertEquals(knock, decode(vector));
    assertTrue(Names.isName(knock.node()));
    assertTrue(TransportType.of(knock.transport()).isPresent());
  }

  private static long id(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }

  @ParameterizedTest
  @MethodSource("wrongKnocks")
  void aWrongKnockIsPassedOver(Vector vector) {
    Knock knock;
    try {
      knock = decode(vector);
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    boolean valid = Names.isName(knock.node()) && TransportType.of(knock.transport()).isPresent();
    assertFalse(valid, knock.toString());
  }

  private static NodeRecord record(JsonObject words) {
    JsonObject namespaces = words.getJsonObject("namespaces");
    Set<String> writes =
        words.getJsonArray("writes").stream().map(String.class::cast).collect(Collectors.toSet());
    return new NodeRecord(
        words.getString("node"),
        id(words.getString("incarnation")),
        words.getLong("pid"),
        words.getLong("startMillis"),
        words.getString("transport"),
        Stream.of(TransportType.values())
            .filter(type -> writes.contains(type.option()))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(TransportType.class))),
        words.getBoolean("passing"),
        TransportType.namespaces().stream()
            .filter(namespace -> namespaces.containsKey(namespace.key()))
            .collect(Collectors.toMap(n -> n, n -> namespaces.getString(n.key()))));
  }

  @ParameterizedTest
  @MethodSource("records")
  void aRecordIsThisJson(Vector vector) {
    assertEquals(
        vector.json().getJsonObject("json"),
        record(vector.json().getJsonObject("record")).toJson());
  }

  @ParameterizedTest
  @MethodSource("recordsThatAreRead")
  void aRecordIsRead(Vector vector) throws IOException {
    assertEquals(record(vector.json().getJsonObject("record")), read(vector));
  }

  private static NodeRecord read(Vector vector) throws BadFileException {
    return NodeRecord.of(new JsonFile(Path.of("node.json"), vector.json().getJsonObject("json")));
  }

  @ParameterizedTest
  @MethodSource("wrongRecords")
  void aWrongRecordIsPassedOver(Vector vector) {
    assertThrows(BadFileException.class, () -> read(vector));
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void aNodeHasTheseFiles(Vector vector) throws IOException {
    String node = vector.json().getString("node");
    BusOptions options = new BusOptions().setName("bus").setNode(node);
    BusConfig config = new BusConfig(options.setDirectory(temp.toString()), node);
    BusDirectory directory = new BusDirectory(config);
    JsonObject files =
        new JsonObject()
            .put("lock", name(directory.lockPath(node)))
            .put("directory", name(directory.nodeDirectory(node)))
            .put("record", name(directory.recordPath(node)))
            .put("draft", name(SmallFile.draft(directory.recordPath(node))))
            .put("door", name(directory.door(node)));
    assertEquals(vector.json().getJsonObject("files"), files);
  }

  private String name(Path file) {
    return temp.resolve("bus").relativize(file).toString();
  }

  @ParameterizedTest
  @MethodSource("channels")
  void aChannelHasTheseFiles(Vector vector) throws Exception {
    JsonObject words = vector.json();
    Path reader = temp.resolve("bus").resolve(words.getString("reader"));
    Files.createDirectories(reader);
    Path stores = temp.resolve("stores");
    BusOptions options = new BusOptions().setRingBytes(4_096);
    // The same as Handshakes makes it.
    long incarnation = id(words.getString("incarnation"));
    Path base = reader.resolve(words.getString("writer") + "-" + NodeRecord.hex(incarnation));
    VertxInternal vertx = (VertxInternal) Vertx.vertx();
    Reactor reactor = Reactor.create(vertx.getOrCreateContext());
    try {
      // The writer is another process, without which the kernel keeps memory in another way.
      long nobody = 0;
      InboundChannel channel =
          TransportType.of(words.getString("transport"))
              .create(new TransportType.Means(reactor, Access.OWNER, options, stores))
              .createInbound(base, nobody);
      try (Stream<Path> files = Files.list(reader)) {
        assertEquals(
            new TreeSet<>(vector.texts("files").toList()),
            files.map(this::name).collect(Collectors.toCollection(TreeSet::new)));
      } finally {
        channel.close();
      }
      try (Stream<Path> left = Files.list(reader)) {
        assertEquals(List.of(), left.toList());
      }
    } finally {
      reactor.close();
      Await.get(vertx.close());
    }
  }

  /** One byte is locked, and no other. */
  @ParameterizedTest
  @MethodSource("guards")
  void aGuardHoldsThisByte(Vector vector) throws IOException {
    JsonObject words = vector.json();
    Path buses = temp.resolve(words.getString("buses"));
    long at = words.getLong("at");
    NameGuard guard = NameGuard.take(buses, words.getString("bus"), words.getString("node"));
    int fd = Posix.open(temp, Posix.O_RDONLY, 0);
    try {
      assertTrue(FileLock.isHeld(fd, temp, at));
      assertFalse(FileLock.isHeld(fd, temp, 0, at));
      assertFalse(FileLock.isHeld(fd, temp, at + 1, Long.MAX_VALUE - at - 1));
      guard.close();
      assertFalse(FileLock.isHeld(fd, temp, at));
    } finally {
      guard.close();
      Cleanup.close(fd);
    }
  }

  @ParameterizedTest
  @MethodSource("recordsThatAreRead")
  void whatIsWrittenByAllIsNotSaid(Vector vector) {
    JsonArray writes = vector.json().getJsonObject("record").getJsonArray("writes");
    boolean said = vector.json().getJsonObject("json").containsKey("writes");
    assertEquals(writes.size() < TransportType.values().length, said);
  }
}
