package org.vertxipc.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.posix.Access;

/** What becomes of a new log whose file somebody removes before it has its name. */
class LogFilesTest {
  private static final long ROOM = 1 << 13;

  @TempDir Path temp;

  private Path directory() {
    return temp.resolve("cluster").resolve("log");
  }

  private void remove() {
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory());
      Files.delete(directory().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNewLogIsMadeOnceMore() throws Exception {
    Files.createDirectory(temp.resolve("cluster"));
    Access.OWNER.ensureDirectory(directory());
    LogFiles files = new LogFiles(Access.OWNER, directory());
    int[] calls = {0};
    LogFile made =
        files.make(
            3,
            LogFile.START,
            ROOM,
            file -> {
              if (++calls[0] < 3) {
                remove();
              }
            });
    assertEquals(3, calls[0]);
    assertTrue(Files.exists(made.path()));
    made.close();
    assertThrows(
        NoSuchFileException.class,
        () -> files.make(4, LogFile.START, ROOM, file -> remove()),
        "not for ever");
    assertFalse(Files.exists(directory()));
  }
}
