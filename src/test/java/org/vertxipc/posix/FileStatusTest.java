package org.vertxipc.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares what the kernel tells of a file with what the JDK reads of it. */
class FileStatusTest {
  @TempDir Path dir;

  private static void same(Path path, FileStatus found) throws Exception {
    Map<String, Object> of = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) of.get("mode");
    FileStatus expected =
        new FileStatus(
            (Long) of.get("dev"),
            (Long) of.get("ino"),
            mode,
            (Integer) of.get("uid"),
            (Integer) of.get("gid"),
            (Long) of.get("size"));
    assertEquals(expected, found);
    assertEquals(Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS), found.isDirectory());
    assertEquals(Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS), found.isRegular());
    assertEquals(Files.isSymbolicLink(path), found.isLink());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/tmp", "/dev/null", "/dev/shm", "/proc/self", "/proc/self/status"})
  void aFileOfTheSystemIsAsTheJdkSeesIt(String path) throws Exception {
    same(Path.of(path), Posix.lstat(Path.of(path)));
  }

  @Test
  void aFileOfEachKindIsAsTheJdkSeesIt() throws Exception {
    Path file = Files.write(dir.resolve("file"), new byte[70_000]);
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);
    Path fifo = dir.resolve("fifo");
    Posix.mkfifo(fifo, 0640);
    for (Path each : new Path[] {dir, file, link, fifo}) {
      same(each, Posix.lstat(each));
    }
    for (Path each : new Path[] {dir, file, fifo}) {
      int fd = Posix.open(each, Posix.O_RDONLY, 0);
      same(each, Posix.fstat(fd));
      Posix.close(fd);
    }
    assertNull(Posix.lstat(dir.resolve("nothing")));
    PosixException e = assertThrows(PosixException.class, () -> Posix.open(link, 0, 0));
    assertEquals(Errno.ELOOP, e.errno());
  }

  @ParameterizedTest
  @EnumSource(Processor.class)
  void noLinkIsFollowedOnAnyProcessor(Processor processor) {
    assertEquals(processor.number, Posix.noFollow(processor.name()));
  }

  @SuppressWarnings("unused") // Each is a case.
  private enum Processor {
    amd64(jnr.constants.platform.linux.OpenFlags.O_NOFOLLOW.intValue()),
    x86_64(jnr.constants.platform.linux.OpenFlags.O_NOFOLLOW.intValue()),
    aarch64(jnr.constants.platform.linux.aarch64.OpenFlags.O_NOFOLLOW.intValue());

    private final int number;

    Processor(int number) {
      this.number = number;
    }
  }
}
