package org.vertxipc.counters.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.WholeFile;

/**
 * A file in which a node shows its numbers. It is written as a whole by a system call and not
 * through a mapping: a store to a mapped file that somebody has truncated is a fault, which would
 * have to be looked for after each count. So a reader may meet a half-written file, sees that by
 * its checksum, and reads again. All methods block.
 */
public final class CountersFile {
  // A writer takes microseconds for a file, several times a second at the most.
  private static final int READS = 50;

  private CountersFile() {}

  /**
   * What a node has shown.
   *
   * @param pid of its process, in the PID namespace of that
   * @param startedMillis when the node started, in milliseconds since the epoch
   * @param writtenMillis when this was written, in milliseconds since the epoch
   * @param readings the numbers, in the order in which they were added
   */
  public record Content(long pid, long startedMillis, long writtenMillis, List<Reading> readings) {}

  /**
   * Writes an image over the one before.
   *
   * @param fd of the file, open for writing
   * @param image what is written
   * @throws PosixException when it fails
   */
  public static void write(int fd, CountersImage image) throws PosixException {
    WholeFile.overwrite(fd, image.address(), image.length());
  }

  /**
   * Reads a file.
   *
   * @param access who may have written it
   * @param path where
   * @return null when there is none, or nothing has been written to it
   * @throws BadFileException when it is not what it should be
   * @throws IOException when it can't be read
   */
  public static Content read(Access access, Path path) throws IOException {
    IllegalArgumentException wrong = null;
    for (int i = 0; i < READS; i++) {
      byte[] bytes = bytes(access, path);
      if (bytes == null || bytes.length == 0) {
        return null;
      }
      try {
        return CountersImage.read(bytes);
      } catch (IllegalArgumentException e) {
        wrong = e;
      }
    }
    throw new BadFileException(path, "shows no counters: " + wrong.getMessage(), wrong);
  }

  private static byte[] bytes(Access access, Path path) throws IOException {
    int fd;
    try {
      fd = Posix.open(path, Posix.O_RDONLY, 0);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
    try {
      access.require(fd, path, false);
      return WholeFile.read(fd, CountersImage.MAX_BYTES);
    } finally {
      Posix.close(fd);
    }
  }
}
