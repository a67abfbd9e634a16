package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.posix.Access;

/** Rings in files. */
final class FileRings implements RingStore {
  private static final String SUFFIX = ".ring";

  private final Access access;

  FileRings(Access access) {
    this.access = access;
  }

  @Override
  public RingMemory create(Path base, int capacity, long writerPid) throws IOException {
    return MappedFileMemory.create(access, Path.of(base + SUFFIX), capacity);
  }

  @Override
  public RingMemory open(Path base) throws IOException {
    return MappedFileMemory.open(access, Path.of(base + SUFFIX));
  }
}
