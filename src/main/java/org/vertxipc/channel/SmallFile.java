package org.vertxipc.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;

/**
 * A file of two lines, which tells the writer of a channel what has a number or a name in the
 * kernel. The first line is that name, the second says where the name is valid.
 */
public final class SmallFile {
  private static final int MAX_BYTES = 8192;

  private SmallFile() {}

  /**
   * Creates the file.
   *
   * @param access who may open it
   * @param path where
   * @param name the first line
   * @param validIn the second line
   * @throws IOException when it fails; no file is left then
   */
  public static void create(Access access, Path path, String name, String validIn)
      throws IOException {
    int fd = access.create(path, Posix.O_WRONLY);
    try {
      Posix.write(fd, (name + "\n" + validIn + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(path);
      throw e;
    } finally {
      Posix.close(fd);
    }
  }

  /**
   * Reads the name in the file of another node.
   *
   * @param access who may have made it
   * @param path where
   * @return the first line; it is not trusted
   * @throws IOException when it is not there or not ours
   */
  public static String name(Access access, Path path) throws IOException {
    return lines(access, path)[0];
  }

  /**
   * Reads the name in the file of another node, if it means here what it means there.
   *
   * @param access who may have made it
   * @param path where
   * @param validIn the second line that this node would write
   * @param hint what the two nodes have to have in common
   * @return the first line; it is not trusted
   * @throws IOException when it is not there, not ours, or valid elsewhere
   */
  public static String name(Access access, Path path, String validIn, String hint)
      throws IOException {
    String[] lines = lines(access, path);
    if (!lines[1].equals(validIn)) {
      throw new IOException(
          path + " is valid in " + lines[1] + ", and this node is in " + validIn + ": " + hint);
    }
    return lines[0];
  }

  private static String[] lines(Access access, Path path) throws IOException {
    int fd = Posix.open(path, Posix.O_RDONLY, 0);
    try {
      access.require(fd, path, false);
      String[] lines = new String(Posix.read(fd, MAX_BYTES), StandardCharsets.UTF_8).split("\n");
      if (lines.length != 2) {
        throw new IOException(path + " has " + lines.length + " lines, expected 2");
      }
      return lines;
    } finally {
      Posix.close(fd);
    }
  }
}
