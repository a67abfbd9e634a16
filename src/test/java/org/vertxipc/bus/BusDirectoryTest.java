package org.vertxipc.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.channel.Cleanup;
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
      assertEquals(List.of("Node bad is ignored"), said.starting("Node "));
    }
  }

  @Test
  void aRecordOfAnotherVersionOrNodeIsNamed() throws IOException {
    Path file = directory.recordPath("bad");
    String record = Files.readString(file);
    assertBad(
        record.replace("\"version\":2", "\"version\":3"),
        " is a node record of version 3, this is version 2");
    assertBad(record.replace("\"bad\"", "\"worse\""), " is the record of node worse");
    assertBad(
        record.replace("0000000000000007", "seven"),
        " has \"incarnation\": seven, expected 16 hexadecimal digits");
  }

  private void assertBad(String record, String expected) throws IOException {
    Path file = directory.recordPath("bad");
    Files.writeString(file, record);
    BadFileException e = assertThrows(BadFileException.class, () -> directory.read("bad"));
    assertEquals(file + expected, e.getMessage());
  }
}
