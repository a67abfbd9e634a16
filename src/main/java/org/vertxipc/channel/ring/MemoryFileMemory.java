package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.MemoryFile;
import org.vertxipc.posix.Posix;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingLayout;

/** Ring memory in a file without a name, found through the descriptors of the reading process. */
final class MemoryFileMemory implements RingMemory {
  private static final String NAME = "vertx-ipc";
  private static final Pattern TEXT = Pattern.compile("memfd ([0-9]{1,9}) ([0-9]{1,9})");

  private final Path file;
  private final Mapping mapping;
  // The descriptor of the reading end, open until the writer has opened the file by this number.
  private int fd;

  private MemoryFileMemory(Path file, Mapping mapping, int fd) {
    this.file = file;
    this.mapping = mapping;
    this.fd = fd;
  }

  static MemoryFileMemory create(Access access, Path file, int capacity) throws IOException {
    int size = RingLayout.size(capacity);
    int fd = MemoryFile.create(NAME, size);
    Mapping mapping = null;
    try {
      mapping = Mapping.map(fd, size, file);
      RingLayout.initialize(mapping.buffer(), capacity);
      String name = "memfd " + ProcessHandle.current().pid() + " " + fd;
      SmallFile.create(access, file, name, Namespace.PID.identity());
      return new MemoryFileMemory(file, mapping, fd);
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      if (mapping != null) {
        mapping.close();
      }
      throw e;
    }
  }

  static MemoryFileMemory open(Path file, String text) throws IOException {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw new IOException(file + " does not name a memory file: '" + text + "'");
    }
    long pid = Long.parseLong(m.group(1));
    int number = Integer.parseInt(m.group(2));
    Path path = MemoryFile.path(pid, number);
    int fd = MemoryFile.open(pid, number);
    try {
      int size = (int) Math.min(Posix.fstat(fd).size(), RingLayout.size(RingLayout.MAX_CAPACITY));
      Mapping mapping = Mapping.map(fd, size, path);
      try {
        RingLayout.validate(mapping.buffer());
      } catch (CorruptRingException e) {
        mapping.close();
        throw new IOException(path + ": " + e.getMessage(), e);
      }
      return new MemoryFileMemory(file, mapping, -1);
    } finally {
      Posix.close(fd);
    }
  }

  @Override
  public ByteBuffer buffer() {
    return mapping.buffer();
  }

  @Override
  public void writerAttached() {
    if (fd >= 0) {
      Cleanup.close(fd);
      fd = -1;
    }
  }

  @Override
  public void unlink() {
    writerAttached();
    Cleanup.unlink(file);
  }

  @Override
  public void close() throws IOException {
    writerAttached();
    mapping.close();
  }
}
