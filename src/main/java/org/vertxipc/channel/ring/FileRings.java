package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;

/** Rings in files. */
final class FileRings implements RingStore {
  private static final String SUFFIX = ".ring";

  @Override
  public RingMemory create(Path base, int capacity, long writerPid) throws IOException {
    return MappedFileMemory.create(Path.of(base + SUFFIX), capacity);
  }

  @Override
  public RingMemory open(Path base) throws IOException {
    return MappedFileMemory.open(Path.of(base + SUFFIX));
  }
}
