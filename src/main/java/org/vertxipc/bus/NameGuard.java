package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * Marks a name as in use even when somebody has removed every file of the bus: a lock, shared with
 * others who mark it, on a byte of the directory above that of the buses. It needs no write
 * permission and leaves nothing there. The name determines the byte. Anybody who can read that
 * directory can hold such a lock, so it is a warning and no proof. Thread-safe.
 */
public final class NameGuard {
  private static final Logger log = LoggerFactory.getLogger(NameGuard.class);
  private static final int NONE = -1;

  private final Path anchor;
  private final long at;
  private final int fd;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NameGuard(Path anchor, long at, int fd) {
    this.anchor = anchor;
    this.at = at;
    this.fd = fd;
  }

  /**
   * Takes it.
   *
   * @param buses the directory of the buses
   * @param bus name of the bus
   * @param node name of the node
   */
  public static NameGuard take(Path buses, String bus, String node) throws IOException {
    Path absolute = buses.toAbsolutePath().normalize();
    Path anchor = absolute.getParent() == null ? absolute : absolute.getParent();
    long at = hash(absolute.getFileName() + "/" + bus + "/" + node);
    int fd;
    try {
      fd = Posix.open(anchor, Posix.O_RDONLY, 0);
    } catch (PosixException e) {
      if (!e.is(Errno.EACCES)) {
        throw e;
      }
      log.debug("Names are not guarded against the removal of " + buses, e);
      return new NameGuard(anchor, at, NONE);
    }
    try {
      // Nobody can hold it exclusively: directories can't be opened for writing.
      FileLock.tryShare(fd, anchor, at);
      return new NameGuard(anchor, at, fd);
    } catch (IOException | RuntimeException e) {
      Cleanup.close(fd);
      throw e;
    }
  }

  private static long hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      // The position must be positive, and so must the one after it.
      return ByteBuffer.wrap(digest).getLong() >>> 2;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256.
    }
  }

  /** Returns whether somebody else marks the name as in use. */
  public boolean isContested() throws IOException {
    return fd != NONE && FileLock.isHeld(fd, anchor, at);
  }

  public void close() {
    // A number that was given back may be another file at once.
    if (fd != NONE && closed.compareAndSet(false, true)) {
      Cleanup.close(fd);
    }
  }
}
