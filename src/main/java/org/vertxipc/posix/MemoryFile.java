package org.vertxipc.posix;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file without a name ({@code memfd_create(2)}) whose size nobody can change any more, so that a
 * process that maps it is safe from a SIGBUS after a truncation. Another process of the user opens
 * it as {@code /proc/PID/fd/FD}, see {@code proc(5)}.
 */
public final class MemoryFile {
  private static final int CLOEXEC_ALLOW_SEALING = 3;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int SEAL_SEAL = 1;
  private static final int SEAL_SHRINK = 2;
  private static final int SEAL_GROW = 4;

  private MemoryFile() {}

  /**
   * Makes one.
   *
   * @param name shown in {@code /proc/PID/fd}, without other meaning
   * @param size in bytes; the memory is reserved
   * @return its descriptor
   * @throws IOException when it fails
   */
  public static int create(String name, long size) throws IOException {
    int fd = LibC.memfd_create(name, CLOEXEC_ALLOW_SEALING);
    if (fd < 0) {
      throw new PosixException("memfd_create", name, Posix.lastError());
    }
    try {
      Posix.allocate(fd, size, Path.of("memfd:" + name));
      int seals = SEAL_SEAL | SEAL_SHRINK | SEAL_GROW;
      if (LibC.fcntl(fd, F_ADD_SEALS, seals) < 0) {
        throw new PosixException("fcntl", "memfd:" + name + ", F_ADD_SEALS", Posix.lastError());
      }
      return fd;
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }

  /**
   * Opens a memory file of another process, or of this one.
   *
   * @param pid the process
   * @param fd the descriptor there
   * @return a descriptor here
   * @throws IOException when it is gone, not permitted, or not a sealed memory file
   */
  public static int open(long pid, int fd) throws IOException {
    Path path = path(pid, fd);
    int own = Posix.openFollowing(path, Posix.O_RDWR);
    try {
      // Another file of that process would not only be no memory file: it could also be truncated.
      int seals = LibC.fcntl(own, F_GET_SEALS, 0);
      if (seals < 0 || (seals & SEAL_SHRINK) == 0) {
        throw new IOException(path + " is not a memory file of a fixed size");
      }
      return own;
    } catch (IOException | RuntimeException e) {
      Posix.close(own);
      throw e;
    }
  }

  /**
   * Returns where other processes find it.
   *
   * @param pid the process that has it open
   * @param fd the descriptor there
   * @return for example {@code /proc/17/fd/42}
   */
  public static Path path(long pid, int fd) {
    return Path.of("/proc/" + pid + "/fd/" + fd);
  }
}
