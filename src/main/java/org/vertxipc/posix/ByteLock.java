package org.vertxipc.posix;

import java.nio.file.Path;

/**
 * An exclusive lock on one byte of a file, as of {@link FileLock}, that is taken and released again
 * and again: its structures are made once. One thread at a time.
 */
public final class ByteLock {
  private final int fd;
  private final Path path;
  private final Struct locked;
  private final Struct unlocked;

  /**
   * A lock that is free.
   *
   * @param fd a descriptor open for writing, which the caller closes
   * @param path the path, for the message
   * @param at which byte, which need not be in the file
   */
  public ByteLock(int fd, Path path, long at) {
    this.fd = fd;
    this.path = path;
    this.locked = FileLock.range(FileLock.F_WRLCK, at, 1);
    this.unlocked = FileLock.range(FileLock.F_UNLCK, at, 1);
  }

  /**
   * Takes it, without waiting.
   *
   * @return false when somebody else holds it
   * @throws PosixException when the call fails
   */
  public boolean tryLock() throws PosixException {
    return FileLock.set(fd, path, locked);
  }

  /**
   * Releases it.
   *
   * @throws PosixException when the call fails
   */
  public void unlock() throws PosixException {
    FileLock.set(fd, path, unlocked);
  }
}
