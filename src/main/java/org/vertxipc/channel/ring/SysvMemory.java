package org.vertxipc.channel.ring;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.SegmentStatus;
import org.vertxipc.posix.SharedSegment;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingLayout;

/** Ring memory in a System V segment. */
final class SysvMemory implements RingMemory {
  /** The suffix of the file that names the segment. */
  static final String SUFFIX = ".sysv";

  private static final Logger log = LoggerFactory.getLogger(SysvMemory.class);

  private final Path file;
  private final SharedSegment segment;
  private final boolean keepKey;
  private final Runnable onClose;

  private SysvMemory(Path file, SharedSegment segment, boolean keepKey, Runnable onClose) {
    this.file = file;
    this.segment = segment;
    this.keepKey = keepKey;
    this.onClose = onClose;
  }

  static SysvMemory create(
      Access access, Path base, int id, int capacity, boolean keepKey, Runnable onClose)
      throws IOException {
    Path file = Path.of(base + SUFFIX);
    SharedSegment segment = null;
    try {
      segment = SharedSegment.attach(id, false);
      RingLayout.initialize(segment.buffer(), capacity);
      SmallFile.create(access, file, Integer.toString(id), Namespace.IPC.identity());
      return new SysvMemory(file, segment, keepKey, onClose);
    } catch (IOException | RuntimeException e) {
      SharedSegment.remove(id);
      if (segment != null) {
        segment.close();
      }
      throw e;
    }
  }

  static SysvMemory open(Access access, Path base) throws IOException {
    Path file = Path.of(base + SUFFIX);
    int id = id(access, file);
    SegmentStatus status = SharedSegment.status(id);
    access.requireOwner("segment " + id, status.owner(), status.group());
    int writers = access.isShared() ? 0002 : 0022;
    if ((status.mode() & writers) != 0) {
      throw new IOException(
          String.format(
              "segment %d has permissions %04o, expected no permission to write for others",
              id, status.mode() & 0777));
    }
    SharedSegment segment = SharedSegment.attach(id, false);
    try {
      RingLayout.validate(segment.buffer());
      return new SysvMemory(file, segment, true, () -> {});
    } catch (CorruptRingException e) {
      segment.close();
      throw new IOException("segment " + id + ": " + e.getMessage(), e);
    }
  }

  private static int id(Access access, Path file) throws IOException {
    String text =
        SmallFile.name(access, file, Namespace.IPC.identity(), Namespace.IPC.hint("sysv"));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + " does not name a segment: '" + text + "'", e);
    }
  }

  /** Removes the segment of a dead node that a file names. */
  static void clean(Access access, Path file) throws IOException {
    int id = id(access, file);
    try {
      SegmentStatus status = SharedSegment.status(id);
      if (access.owns(status.owner(), status.group()) && SysvOrphans.isRing(id)) {
        SharedSegment.remove(id);
      }
    } catch (PosixException e) {
      if (!e.is(Errno.EINVAL, Errno.EIDRM)) { // The segment is gone already.
        throw e;
      }
    }
  }

  @Override
  public ByteBuffer buffer() {
    return segment.buffer();
  }

  @Override
  public void writerAttached() {
    if (!keepKey) {
      mark();
    }
  }

  private void mark() {
    try {
      SharedSegment.remove(segment.id());
    } catch (PosixException e) {
      log.warn("A segment is left behind", e);
    }
  }

  @Override
  public void unlink() {
    mark();
    Cleanup.unlink(file);
  }

  @Override
  public void close() throws IOException {
    onClose.run();
    segment.close();
  }
}
