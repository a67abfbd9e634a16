package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Mapping;
import org.vertxipc.ring.RingLayout;

/**
 * Ring memory in a shared mapping of {@code /dev/zero}, for two nodes of one process. Each node has
 * its half of one mapping, which is unmapped when both have closed.
 */
final class ZeroMemory implements RingMemory {
  static final String TEXT = "zero";

  // The key is the file that announces it, because a mapping of /dev/zero has no name of its own.
  private static final Map<Path, Shared> SHARED = new ConcurrentHashMap<>();

  private final Path file;
  private final Shared shared;

  private ZeroMemory(Path file, Shared shared) {
    this.file = file;
    this.shared = shared;
  }

  static ZeroMemory create(Access access, Path file, int capacity) throws IOException {
    Mapping mapping = Mapping.zero(RingLayout.size(capacity));
    RingLayout.initialize(mapping.buffer(), capacity);
    Shared shared = new Shared(mapping, new AtomicInteger(1));
    SHARED.put(file, shared);
    try {
      SmallFile.create(access, file, TEXT, Namespace.PID.identity());
    } catch (IOException | RuntimeException e) {
      SHARED.remove(file);
      mapping.close();
      throw e;
    }
    return new ZeroMemory(file, shared);
  }

  static ZeroMemory open(Path file) throws IOException {
    Shared shared = SHARED.get(file);
    if (shared == null || !shared.retain()) {
      throw new IOException(
          file
              + " refers to a mapping of /dev/zero that this process does not have: such a mapping"
              + " is shared only by nodes of one process and one class loader");
    }
    return new ZeroMemory(file, shared);
  }

  @Override
  public ByteBuffer buffer() {
    return shared.mapping.buffer();
  }

  @Override
  public void unlink() {
    SHARED.remove(file, shared);
    Cleanup.unlink(file);
  }

  @Override
  public void close() throws IOException {
    shared.release();
  }

  private record Shared(Mapping mapping, AtomicInteger users) {
    /** Returns false when it is already unmapped. */
    boolean retain() {
      return users.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    void release() throws IOException {
      if (users.decrementAndGet() == 0) {
        mapping.close();
      }
    }
  }
}
