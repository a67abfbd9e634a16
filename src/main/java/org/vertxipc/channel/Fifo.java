package org.vertxipc.channel;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;

/** FIFOs as channels need them, see {@code fifo(7)}. */
public final class Fifo {
  private Fifo() {}

  /**
   * Creates a FIFO and opens it for reading, which never waits.
   *
   * @param access who may open it
   * @param path where
   * @return the descriptor
   * @throws IOException when it fails; the FIFO is removed again then
   */
  public static int createReader(Access access, Path path) throws IOException {
    Posix.mkfifo(path, 0600);
    try {
      int fd = Posix.open(path, Posix.O_RDONLY, 0);
      try {
        access.grant(fd, path);
        access.require(fd, path, true);
        return fd;
      } catch (IOException | RuntimeException e) {
        Posix.close(fd);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      Posix.unlink(path);
      throw e;
    }
  }

  /**
   * Opens a FIFO for writing, without waiting for a reader.
   *
   * @param access who may have made it
   * @param path which
   * @return the descriptor
   * @throws IOException when it does not exist, is not ours, or has no reader ({@code ENXIO})
   */
  public static int openWriter(Access access, Path path) throws IOException {
    int fd = Posix.open(path, Posix.O_WRONLY, 0);
    try {
      access.require(fd, path, true);
      return fd;
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }
}
