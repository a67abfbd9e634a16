package org.vertxipc.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;

/**
 * A file with one line of text, which gives the writer of a channel the number or name of a kernel
 * object.
 */
public final class SmallFile {
  private static final int MAX_BYTES = 1024;

  private SmallFile() {}

  /**
   * Creates the file.
   *
   * @param access who may open it
   * @param path where
   * @param text the line
   * @throws IOException when it fails; no file is left then
   */
  public static void create(Access access, Path path, String text) throws IOException {
    int fd = access.create(path, Posix.O_WRONLY);
    try {
      Posix.write(fd, (text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(path);
      throw e;
    } finally {
      Posix.close(fd);
    }
  }

  /**
   * Reads the file of another node.
   *
   * @param access who may have made it
   * @param path where
   * @return the line; it is not trusted
   * @throws IOException when it does not exist or is not ours
   */
  public static String read(Access access, Path path) throws IOException {
    int fd = Posix.open(path, Posix.O_RDONLY, 0);
    try {
      access.require(fd, path, false);
      return new String(Posix.read(fd, MAX_BYTES), StandardCharsets.UTF_8).strip();
    } finally {
      Posix.close(fd);
    }
  }
}
