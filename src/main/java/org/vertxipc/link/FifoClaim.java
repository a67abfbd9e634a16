package org.vertxipc.link;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;

/**
 * Says which links use a FIFO, in this process or another, by locks on it: only one link may read
 * it, because two would tear each other's lines; and it is not removed while another link has it
 * open. Programs that are no links take no locks.
 */
final class FifoClaim implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FifoClaim.class);
  private static final long READER = 0;
  private static final long WRITER = 1;

  private final int fd;

  private FifoClaim(int fd) {
    this.fd = fd;
  }

  /** Claims a FIFO for reading; fails when another link reads it. */
  static FifoClaim ofReader(Path path) throws IOException {
    // The link opens its own end anew with each writer, and with it would lose the lock.
    int fd = Posix.open(path, Posix.O_RDONLY, 0);
    try {
      if (!FileLock.tryShare(fd, path, READER) || FileLock.isHeld(fd, path, READER)) {
        throw new IOException(
            path + " is read by another link: each would get parts of lines of the other");
      }
      return new FifoClaim(fd);
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }

  /** Says that a link writes to a FIFO for as long as the descriptor is open. */
  static void asWriter(int fd, Path path) throws IOException {
    FileLock.tryShare(fd, path, WRITER);
  }

  /** Removes a FIFO that a link has made, unless another link has it open. */
  static void remove(Path path) {
    try {
      FileStatus named = Posix.lstat(path);
      if (named == null || !named.isFifo() || isUsed(path)) {
        return;
      }
    } catch (IOException e) {
      log.debug("Nobody can tell whether " + path + " is used", e);
    }
    Cleanup.unlink(path);
  }

  private static boolean isUsed(Path path) throws IOException {
    int fd = Posix.open(path, Posix.O_RDONLY, 0);
    try {
      return FileLock.isHeld(fd, path);
    } finally {
      Posix.close(fd);
    }
  }

  @Override
  public void close() {
    Cleanup.close(fd);
  }
}
