package org.vertxipc.channel;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.file.Path;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/** Releases things where a failure can only be logged. */
public final class Cleanup {
  private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

  private Cleanup() {}

  /**
   * Closes a descriptor. It is released even when the kernel reports an error, see {@code
   * close(2)}.
   *
   * @param fd the descriptor
   */
  public static void close(int fd) {
    try {
      Posix.close(fd);
    } catch (PosixException e) {
      log.warn("Closing a descriptor reported an error", e);
    }
  }

  /**
   * Removes a file.
   *
   * @param path which
   */
  public static void unlink(Path path) {
    try {
      Posix.unlink(path);
    } catch (PosixException e) {
      log.warn("A file is left behind", e);
    }
  }
}
