package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.options.BusOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.testing.FileFault;
import org.vertxipc.testing.Said;

/** What nodes say of themselves, when the file of one is not as it should be. */
class BusDirectoryTest {
  @TempDir Path parent;
  private final List<Integer> locks = new ArrayList<>();
  private BusDirectory directory;

  @BeforeEach
  void publishes() throws IOException {
    directory = new BusDirectory(config("self"));
    directory.ensure();
    for (String node : List.of("bad", "good")) {
      locks.add(directory.lock(node, true));
      Access.OWNER.mkdir(directory.nodeDirectory(node));
      directory.write(NodeRecord.ofThisProcess(config(node), 7));
    }
  }

  @AfterEach
  void dies() {
    locks.forEach(Cleanup::close);
  }

  private BusConfig config(String node) {
    BusOptions options = new BusOptions().setName("bus").setNode(node).setTransport("shm");
    return new BusConfig(options.setDirectory(parent.resolve("buses").toString()), node);
  }

  private List<String> found() throws IOException {
    return directory.scan("self").stream().map(NodeRecord::node).sorted().toList();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertEquals(List.of("bad", "good"), found());
    assertEquals(NodeRecord.ofThisProcess(config("good"), 7), directory.read("good"));
    assertNull(directory.read("nobody"));
  }

  @ParameterizedTest
  @EnumSource
  void oneNodeIsIgnoredWithOneWarning(FileFault fault) throws IOException {
    try (Said said = new Said()) {
      fault.in(directory.recordPath("bad"));
      assertEquals(List.of("good"), found());
      // Nodes of streams look again and again.
      assertEquals(List.of("good"), found());
      List<String> lines = said.starting("Node ");
      assertEquals(1, lines.size(), lines.toString());
      assertTrue(lines.get(0).startsWith("Node bad is ignored: /"), lines.toString());
    }
  }

  @Test
  void aRecordOfAnotherVersionOrNodeIsNamed() throws IOException {
    Path file = directory.recordPath("bad");
    String record = Files.readString(file);
    assertBad(
        record.replace("\"version\":3", "\"version\":4"),
        " is a node record of version 4, this is version 3");
    assertBad(record.replace("\"bad\"", "\"worse\""), " is the record of node worse");
    assertBad(
        record.replace("0000000000000007", "seven"),
        " has \"incarnation\": seven, expected 16 hexadecimal digits");
  }

  /** Tests which channel is made for a node, by what it says that it can write. */
  @Test
  void aChannelIsMadeThatTheOtherCanWrite() throws IOException {
    Path file = directory.recordPath("bad");
    JsonObject json = new JsonObject(Files.readString(file));
    assertFalse(json.containsKey("writes"), "a node that can write by all does not tell");
    assertEquals(TransportType.SHM, directory.read("good").channelFor(directory.read("bad")));
    record Case(List<?> writes, TransportType expected) {}
    for (Case each :
        List.of(
            new Case(List.of("fifo", "shm"), TransportType.SHM),
            new Case(List.of("shm", "of later"), TransportType.SHM),
            new Case(List.of("fifo"), TransportType.FIFO),
            new Case(List.of("mqueue"), TransportType.FIFO),
            new Case(List.of(), TransportType.FIFO))) {
      Files.writeString(file, json.copy().put("writes", each.writes).encode());
      NodeRecord told = directory.read("bad");
      assertEquals(each.expected, directory.read("good").channelFor(told), each.toString());
      directory.write(told);
      assertEquals(told, directory.read("bad"));
    }
    for (Object bad : new Object[] {"fifo", 7, List.of(1)}) {
      Files.writeString(file, json.copy().put("writes", bad).encode());
      BadFileException e = assertThrows(BadFileException.class, () -> directory.read("bad"));
      assertTrue(e.getMessage().endsWith(", expected a list of texts"), e.getMessage());
    }
  }

  /** Tests that what a node says of its namespaces is compared, or ignored, or refused. */
  @Test
  void namespacesAreNotTrusted() throws IOException {
    Path file = directory.recordPath("bad");
    String record = Files.readString(file);
    JsonObject json = new JsonObject(record);
    assertEquals(Set.of("ipc", "pid"), json.getJsonObject("namespaces").fieldNames());
    JsonObject other = new JsonObject().put("ipc", "ipc:[1]").put("time", 7).putNull("pid");
    Files.writeString(file, json.copy().put("namespaces", other).encode());
    assertEquals(Map.of(Namespace.IPC, "ipc:[1]"), directory.read("bad").namespaces());
    JsonObject older = json.copy();
    older.remove("namespaces");
    Files.writeString(file, older.encode());
    assertEquals(Map.of(), directory.read("bad").namespaces());
    String expected = ", expected identities such as ipc:[4026531839]";
    for (Object bad : new Object[] {"pid:[1]", "ipc:[]", "ipc:[1]\n", "x".repeat(999), 7}) {
      JsonObject namespaces = new JsonObject().put("ipc", bad);
      Files.writeString(file, json.copy().put("namespaces", namespaces).encode());
      BadFileException e = assertThrows(BadFileException.class, () -> directory.read("bad"));
      assertTrue(e.getMessage().endsWith(expected), e.getMessage());
      assertTrue(e.getMessage().length() < 250, e.getMessage());
    }
    assertBad(
        json.copy().put("namespaces", "ipc:[1]").encode(),
        " has \"namespaces\": ipc:[1], expected an object");
  }

  /** Nobody can tell whether that namespace is still there, so the file does not stay for it. */
  @Test
  void whatIsInAnotherNamespaceIsSaidToStay() throws IOException {
    Path queue = directory.nodeDirectory("good").resolve("bad-1.mq");
    Path segment = directory.nodeDirectory("good").resolve("bad-1.sysv");
    SmallFile.create(Access.OWNER, queue, "/vertx-ipc-none", Namespace.IPC.identity());
    SmallFile.create(Access.OWNER, segment, "77", "ipc:[1]");
    List<String> said = directory.describe("good");
    assertTrue(said.contains(queue + " (queue /vertx-ipc-none)"), said.toString());
    String stays = segment + " (segment 77, which stays: it is in ipc:[1])";
    assertTrue(said.contains(stays), said.toString());
    Cleanup.close(locks.remove(1));
    try (Said log = new Said()) {
      assertTrue(directory.cleanIfDead("good"));
      assertEquals(
          List.of("The object that " + segment + " names is left behind"),
          log.starting("The object that "));
    }
    assertFalse(Files.exists(directory.nodeDirectory("good")));
  }

  private void assertBad(String record, String expected) throws IOException {
    Path file = directory.recordPath("bad");
    Files.writeString(file, record);
    BadFileException e = assertThrows(BadFileException.class, () -> directory.read("bad"));
    assertEquals(file + expected, e.getMessage());
  }
}
