package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.testing.FileFault;
import org.vertxipc.testing.Said;

/** What nodes that keep stores export, when the file of one is not as it should be. */
class StoreDirectoryTest {
  private static final String WARNING = "What node 'bad' exports is ignored";

  @TempDir Path parent;
  private StoreDirectory directory;

  @BeforeEach
  void records() throws IOException {
    MappedOptions options = new MappedOptions().setDirectory(parent.resolve("stores").toString());
    directory = new StoreDirectory(Access.OWNER, options, "bus");
    directory.ensure();
    directory.writeExports("bad", List.of("t.bad"), 1000);
    directory.writeExports("good", List.of("t.one", "t.two"), 2000);
  }

  private Path file(String node) {
    return directory.path().resolve(node).resolve("exports.json");
  }

  @Test
  void whatIsRecordedIsRead() throws IOException {
    assertEquals(
        Map.of("bad", List.of("t.bad"), "good", List.of("t.one", "t.two")),
        directory.readExports());
    assertEquals(2000, directory.maxMessageBytes("good"));
    assertEquals(Integer.MAX_VALUE, directory.maxMessageBytes("nobody"));
  }

  @ParameterizedTest
  @EnumSource
  void oneNodeIsIgnoredWithOneWarning(FileFault fault) throws IOException {
    try (Said said = new Said()) {
      fault.in(file("bad"));
      assertEquals(Map.of("good", List.of("t.one", "t.two")), directory.readExports());
      assertEquals(Integer.MAX_VALUE, directory.maxMessageBytes("bad"));
      assertEquals(1, said.starting(WARNING).size());
      assertTrue(said.starting("What node 'good'").isEmpty());
    }
  }

  @Test
  void aFaultThatComesBackIsSaidAgain() throws IOException {
    try (Said said = new Said()) {
      for (int i = 1; i <= 2; i++) {
        Files.writeString(file("bad"), "{}");
        directory.readExports();
        assertEquals(i, said.starting(WARNING).size());
        directory.writeExports("bad", List.of("t.bad"), 1000);
        assertEquals(2, directory.readExports().size());
      }
    }
  }

  @Test
  void noMoreIsWrittenThanIsRead() throws IOException {
    List<String> exports = Collections.nCopies(30_000, "an.address.of.some.length.more.or.less");
    IOException e =
        assertThrows(IOException.class, () -> directory.writeExports("good", exports, 2000));
    assertTrue(
        e.getMessage().startsWith(file("good") + " would take ")
            && e.getMessage()
                .endsWith(
                    " bytes, at most 1048576 are read: the 30000 exports of this node are too"
                        + " many"),
        e::getMessage);
    assertEquals(List.of("t.one", "t.two"), directory.readExports().get("good"));
  }
}
