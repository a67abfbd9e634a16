package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.channel.ApartException;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;

/**
 * Rings of a node that keeps stores. A file beside each says where the stores are, so that a writer
 * that has them elsewhere finds out before it stores messages that nobody will read.
 */
final class PlacedRings implements RingStore {
  private static final String SUFFIX = ".place";

  private final Access access;
  private final RingStore rings;
  private final Path place;

  PlacedRings(Access access, RingStore rings, Path place) {
    this.access = access;
    this.rings = rings;
    this.place = place;
  }

  @Override
  public RingMemory create(Path base, int capacity, long writerPid) throws IOException {
    Path file = Path.of(base + SUFFIX);
    access.ensureDirectory(place.getParent());
    access.ensureDirectory(place);
    SmallFile.create(access, file, place.toString(), identity());
    try {
      return new Placed(rings.create(base, capacity, writerPid), file);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(file);
      throw e;
    }
  }

  @Override
  public RingMemory open(Path base) throws IOException {
    Path file = Path.of(base + SUFFIX);
    SmallFile.Named theirs = SmallFile.named(access, file);
    if (!theirs.name().equals(place.toString())) {
      throw new ApartException(
          "Node '"
              + base.getParent().getFileName()
              + "' keeps its messages in "
              + theirs.name()
              + ", and this node in "
              + place
              + ": both need the same mapped.directory");
    }
    theirs.requireIn(
        identity(),
        place + " is a different directory for each node: both need the same mapped.directory");
    return rings.open(base);
  }

  /** One path may lead to two places: processes may have mounted file systems of their own. */
  private String identity() throws IOException {
    FileStatus status = Posix.lstat(place);
    return status == null
        ? "no directory"
        : "device " + status.device() + " inode " + status.inode();
  }

  private record Placed(RingMemory ring, Path file) implements RingMemory {
    @Override
    public ByteBuffer buffer() {
      return ring.buffer();
    }

    @Override
    public void writerAttached() {
      ring.writerAttached();
    }

    @Override
    public boolean isFragile() {
      return ring.isFragile();
    }

    @Override
    public void requireWhole() {
      ring.requireWhole();
    }

    @Override
    public void unlink() {
      ring.unlink();
      Cleanup.unlink(file);
    }

    @Override
    public void close() throws IOException {
      ring.close();
    }
  }
}
