package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.vertxipc.options.SysvOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.PosixException;
import org.vertxipc.posix.SegmentStatus;
import org.vertxipc.posix.SharedSegment;
import org.vertxipc.ring.RingLayout;

/** Rings in System V segments; a file beside the doorbell names the segment. */
final class SysvRings implements RingStore {
  private static final int MAX_SEGMENTS = 4096;

  private final Access access;
  private final SysvKey key;
  private final int mode;
  private final boolean keepKey;
  // The numbers, counted from the key, of the segments that this node has.
  private final BitSet taken = new BitSet();

  SysvRings(Access access, SysvOptions options) {
    this.access = access;
    this.key = SysvKey.parse(options.getKey());
    this.mode = Integer.parseInt(options.getMode(), 8);
    this.keepKey = options.isKeepKey();
  }

  @Override
  public void prepare() throws IOException {
    SysvOrphans.removeAll();
  }

  @Override
  public RingMemory create(Path base, int capacity, long writerPid) throws IOException {
    int first = this.key.resolve();
    int number = take();
    try {
      int key = first == SharedSegment.PRIVATE ? first : first + number;
      int id = segment(key, RingLayout.size(capacity));
      if (access.isShared()) {
        grant(id);
      }
      return SysvMemory.create(access, base, id, capacity, keepKey, () -> release(number));
    } catch (IOException | RuntimeException e) {
      release(number);
      throw e;
    }
  }

  private void grant(int id) throws IOException {
    try {
      SharedSegment.grant(id, access.gid(), mode | access.mode());
    } catch (IOException | RuntimeException e) {
      SharedSegment.remove(id);
      throw e;
    }
  }

  private int segment(int key, int size) throws IOException {
    try {
      return SharedSegment.create(key, size, mode);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      int id = SharedSegment.find(key);
      if (id >= 0 && !SysvOrphans.remove(id)) {
        throw inUse(key, SharedSegment.status(id), e);
      }
      return SharedSegment.create(key, size, mode);
    }
  }

  private static IOException inUse(int key, SegmentStatus by, Throwable cause) {
    return new IOException(
        String.format(
            "The key 0x%08x is in use: segment %d of %d bytes has it, of user %d, made by process"
                + " %d and attached %d times, and it is not a ring left by a dead node",
            key, by.id(), by.size(), by.owner(), by.creator(), by.attached()),
        cause);
  }

  private synchronized int take() throws IOException {
    int number = taken.nextClearBit(0);
    if (number >= MAX_SEGMENTS) {
      throw new IOException("more than " + MAX_SEGMENTS + " segments of one node");
    }
    taken.set(number);
    return number;
  }

  private synchronized void release(int number) {
    taken.clear(number);
  }

  @Override
  public RingMemory open(Path base) throws IOException {
    return SysvMemory.open(access, base);
  }
}
