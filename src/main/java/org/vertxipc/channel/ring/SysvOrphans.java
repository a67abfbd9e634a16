package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.SegmentStatus;
import org.vertxipc.posix.SharedSegment;
import org.vertxipc.ring.RingLayout;

/** Segments whose creator died before it could mark them for removal, see {@code sysvipc(7)}. */
final class SysvOrphans {
  private static final Logger log = LoggerFactory.getLogger(SysvOrphans.class);
  private static final Path ALL = Path.of("/proc/sysvipc/shm");

  private SysvOrphans() {}

  /** Removes those of this user. */
  static void removeAll() throws IOException {
    List<String> lines = Files.readAllLines(ALL);
    for (String line : lines.subList(1, lines.size())) {
      // The columns: key, shmid, ...
      String[] columns = line.strip().split(" +", 3);
      try {
        if (remove(Integer.parseInt(columns[1]))) {
          log.info("Removed segment " + columns[1] + ", a ring left by a dead node");
        }
      } catch (PosixException e) {
        if (!e.is(Errno.EINVAL, Errno.EIDRM, Errno.EACCES)) { // It is gone, or a stranger's.
          throw e;
        }
      }
    }
  }

  /** Removes a segment if it is an orphan of ours; returns whether it did. */
  static boolean remove(int id) throws IOException {
    SegmentStatus status = SharedSegment.status(id);
    if (status.owner() != Posix.getuid() || !status.isOrphan() || !isRing(id)) {
      return false;
    }
    SharedSegment.remove(id);
    return true;
  }

  /** Returns whether there is a ring in a segment, of any version. */
  static boolean isRing(int id) throws IOException {
    try (SharedSegment segment = SharedSegment.attach(id, true)) {
      return RingLayout.hasMagic(segment.buffer());
    }
  }
}
