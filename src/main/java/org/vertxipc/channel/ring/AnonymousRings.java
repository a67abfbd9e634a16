package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.posix.Access;

/**
 * Rings in memory that no directory names: a mapping of {@code /dev/zero} when the writer is in the
 * same process, otherwise a memory file, which the writer finds by the number of its descriptor. A
 * file beside the doorbell says which of them it is.
 */
final class AnonymousRings implements RingStore {
  static final String SUFFIX = ".anon";

  private final Access access;

  AnonymousRings(Access access) {
    this.access = access;
  }

  @Override
  public RingMemory create(Path base, int capacity, long writerPid) throws IOException {
    Path file = Path.of(base + SUFFIX);
    return writerPid == ProcessHandle.current().pid()
        ? ZeroMemory.create(access, file, capacity)
        : MemoryFileMemory.create(access, file, capacity);
  }

  @Override
  public RingMemory open(Path base) throws IOException {
    Path file = Path.of(base + SUFFIX);
    String text =
        SmallFile.name(access, file, Namespace.PID.identity(), Namespace.PID.hint("anonymous"));
    return text.equals(ZeroMemory.TEXT) ? ZeroMemory.open(file) : MemoryFileMemory.open(file, text);
  }
}
