package org.vertxipc.posix;

import java.nio.file.Path;

/**
 * Open-file-description locks, see {@code fcntl(2)}: the kernel releases one when the last
 * descriptor of that opening is closed, and so also when its process dies by any signal. Unlike the
 * locks of {@code FileChannel}, another part of the same process that opens and closes the file
 * does not release it, and asking whether it is held does not take it.
 */
public final class FileLock {
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final short F_RDLCK = 0;
  static final short F_WRLCK = 1;
  static final short F_UNLCK = 2;
  private static final int STRUCT_FLOCK = 32;

  private FileLock() {}

  /**
   * Takes the exclusive lock on a whole file, without waiting.
   *
   * @param fd a descriptor open for writing
   * @param path the path, for the message
   * @return false when somebody else holds it
   * @throws PosixException when the call fails
   */
  public static boolean tryLock(int fd, Path path) throws PosixException {
    return set(fd, path, range(F_WRLCK, 0, 0));
  }

  /**
   * Takes the exclusive lock on one byte, which need not be in the file, without waiting.
   *
   * @param fd a descriptor open for writing
   * @param path the path, for the message
   * @param at which byte
   * @return false when somebody else holds it
   * @throws PosixException when the call fails
   */
  public static boolean tryLock(int fd, Path path, long at) throws PosixException {
    return set(fd, path, range(F_WRLCK, at, 1));
  }

  /**
   * Takes a lock on one byte that others may hold, too, without waiting. It needs no write
   * permission, so a directory can be locked.
   *
   * @param fd a descriptor open for reading
   * @param path the path, for the message
   * @param at which byte
   * @return false when somebody holds it exclusively
   * @throws PosixException when the call fails
   */
  public static boolean tryShare(int fd, Path path, long at) throws PosixException {
    return set(fd, path, range(F_RDLCK, at, 1));
  }

  /**
   * Releases a lock on one byte.
   *
   * @param fd the descriptor that holds it
   * @param path the path, for the message
   * @param at which byte
   * @throws PosixException when the call fails
   */
  public static void unlock(int fd, Path path, long at) throws PosixException {
    set(fd, path, range(F_UNLCK, at, 1));
  }

  static boolean set(int fd, Path path, Struct flock) throws PosixException {
    if (LibC.fcntl(fd, F_OFD_SETLK, flock) < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) == Errno.EAGAIN || Errno.of(error) == Errno.EACCES) {
        return false;
      }
      throw new PosixException("fcntl", path + ", F_OFD_SETLK", error);
    }
    return true;
  }

  /**
   * Returns whether another opening holds a lock on the file, without taking it.
   *
   * @param fd a descriptor
   * @param path the path, for the message
   * @return true when it is held
   * @throws PosixException when the call fails
   */
  public static boolean isHeld(int fd, Path path) throws PosixException {
    return isHeld(fd, path, range(F_WRLCK, 0, 0));
  }

  /**
   * Returns whether another opening holds a lock on one byte, exclusive or shared, without taking
   * it.
   *
   * @param fd a descriptor
   * @param path the path, for the message
   * @param at which byte
   * @return true when it is held
   * @throws PosixException when the call fails
   */
  public static boolean isHeld(int fd, Path path, long at) throws PosixException {
    return isHeld(fd, path, range(F_WRLCK, at, 1));
  }

  /**
   * Returns whether another opening holds a lock on any of some bytes, without taking it.
   *
   * @param fd a descriptor
   * @param path the path, for the message
   * @param at the first byte
   * @param count how many bytes
   * @return true when one is held
   * @throws PosixException when the call fails
   */
  public static boolean isHeld(int fd, Path path, long at, long count) throws PosixException {
    return isHeld(fd, path, range(F_WRLCK, at, count));
  }

  private static boolean isHeld(int fd, Path path, Struct flock) throws PosixException {
    if (LibC.fcntl(fd, F_OFD_GETLK, flock) < 0) {
      throw new PosixException("fcntl", path + ", F_OFD_GETLK", Posix.lastError());
    }
    return flock.getShort(0) != F_UNLCK;
  }

  static Struct range(short type, long start, long length) {
    // struct flock of 64-bit Linux: type and whence (short), start and length (long), pid (int).
    Struct flock = new Struct(STRUCT_FLOCK);
    flock.putShort(0, type);
    flock.putLong(8, start);
    flock.putLong(16, length);
    return flock;
  }
}
