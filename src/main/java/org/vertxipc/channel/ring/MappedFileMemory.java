package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.Posix;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingLayout;

/**
 * Ring memory in a file; in {@code /dev/shm} that is POSIX shared memory, see {@code shm_open(3)}.
 */
final class MappedFileMemory implements RingMemory {
  private final Path path;
  private final int fd;
  private final Mapping mapping;

  private MappedFileMemory(Path path, int fd, Mapping mapping) {
    this.path = path;
    this.fd = fd;
    this.mapping = mapping;
  }

  static MappedFileMemory create(Access access, Path path, int capacity) throws IOException {
    int size = RingLayout.size(capacity);
    int fd = access.create(path, Posix.O_RDWR);
    try {
      Posix.allocate(fd, size, path);
      Mapping mapping = Mapping.map(fd, size, path);
      RingLayout.initialize(mapping.buffer(), capacity);
      return new MappedFileMemory(path, fd, mapping);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(path);
      Cleanup.close(fd);
      throw e;
    }
  }

  static MappedFileMemory open(Access access, Path path) throws IOException {
    int fd = Posix.open(path, Posix.O_RDWR, 0);
    try {
      access.require(fd, path, false);
      long size = Posix.fstat(fd).size();
      if (size > RingLayout.size(RingLayout.MAX_CAPACITY)) {
        throw new IOException(path + " is too large for a ring: " + size + " bytes");
      }
      Mapping mapping = Mapping.map(fd, (int) size, path);
      try {
        RingLayout.validate(mapping.buffer());
      } catch (CorruptRingException e) {
        mapping.close();
        throw new IOException(path + ": " + e.getMessage(), e);
      }
      return new MappedFileMemory(path, fd, mapping);
    } catch (IOException | RuntimeException e) {
      Cleanup.close(fd);
      throw e;
    }
  }

  @Override
  public ByteBuffer buffer() {
    return mapping.buffer();
  }

  @Override
  public boolean isFragile() {
    return true;
  }

  @Override
  public void requireWhole() {
    MemoryFaults.requireWhole(fd, mapping, path);
  }

  @Override
  public void unlink() {
    Cleanup.unlink(path);
  }

  @Override
  public void close() throws IOException {
    mapping.close();
    Posix.close(fd);
  }
}
