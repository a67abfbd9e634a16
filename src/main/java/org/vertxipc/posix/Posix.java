package org.vertxipc.posix;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * System calls on paths and descriptors. Every descriptor opened here is close-on-exec and
 * non-blocking, so no method waits for another process. Thread-safe, because there is no state.
 */
public final class Posix {
  /** Returned by {@link #read} and {@link #write} when the call would have to wait. */
  public static final int WOULD_BLOCK = -1;

  /** Open for reading, see {@code open(2)}. */
  public static final int O_RDONLY = 0;

  /** Open for writing. */
  public static final int O_WRONLY = 1;

  /** Open for both. */
  public static final int O_RDWR = 2;

  /** Create the file when there is none. */
  public static final int O_CREAT = 0100;

  /** Fail when the file exists. */
  public static final int O_EXCL = 0200;

  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;
  private static final int ALWAYS = O_NONBLOCK | O_CLOEXEC;

  // The flag of open(2) whose number depends on the processor.
  private static final int NO_FOLLOW = noFollow(System.getProperty("os.arch"));

  private static final int F_SETPIPE_SZ = 1031;

  static {
    NativeLoader.load(); // This comes before the initialisers below that need it.
  }

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;

  private Posix() {}

  /**
   * Binds the C library, and loads the classes for errors. The first use of this class takes some
   * hundred milliseconds; call this on a worker thread before the first use on an event loop.
   */
  public static void load() {
    getuid();
    Mapping.load();
    // To load a class takes a descriptor: an error must not need one to say that none is left.
    new PosixException("open", "", Errno.EMFILE.number()).is(Errno.EMFILE);
  }

  /**
   * Creates a directory, {@code mkdir(2)}.
   *
   * @param path where
   * @param mode permission bits
   * @throws PosixException when it fails, also when it exists
   */
  public static void mkdir(Path path, int mode) throws PosixException {
    check(LibC.mkdir(path.toString(), mode), "mkdir", path);
  }

  /**
   * Creates a FIFO, {@code mkfifo(3)}.
   *
   * @param path where
   * @param mode permission bits
   * @throws PosixException when it fails, also when the path exists
   */
  public static void mkfifo(Path path, int mode) throws PosixException {
    check(LibC.mkfifo(path.toString(), mode), "mkfifo", path);
  }

  /**
   * Opens a file, {@code open(2)}, non-blocking, close-on-exec and without following a symbolic
   * link in the last part of the path.
   *
   * @param path which
   * @param flags access mode and creation flags
   * @param mode permission bits of a new file
   * @return the descriptor
   * @throws PosixException when it fails; {@code ENXIO} when a FIFO opened for writing has no
   *     reader
   */
  public static int open(Path path, int flags, int mode) throws PosixException {
    return openWith(path, flags | ALWAYS | NO_FOLLOW, mode);
  }

  /**
   * Opens the target of a link in {@code /proc}, see {@code open(2)}.
   *
   * @param path such as {@code /proc/17/fd/42}
   * @param flags access mode
   * @return the descriptor
   * @throws PosixException when it fails
   */
  public static int openFollowing(Path path, int flags) throws PosixException {
    return openWith(path, flags | ALWAYS, 0);
  }

  /**
   * Opens the file of a descriptor once more, whatever has become of its name.
   *
   * @param fd the descriptor
   * @param flags access mode
   * @return another descriptor, which shares nothing with the first but the file
   * @throws PosixException when it fails
   */
  public static int reopen(int fd, int flags) throws PosixException {
    return openFollowing(Path.of("/proc/self/fd/" + fd), flags);
  }

  private static int openWith(Path path, int flags, int mode) throws PosixException {
    while (true) {
      int fd = LibC.open(path.toString(), flags, mode);
      if (fd >= 0) {
        return fd;
      }
      int error = lastError();
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("open", path.toString(), error);
      }
    }
  }

  /**
   * Closes a descriptor, {@code close(2)}.
   *
   * @param fd the descriptor; it is released even when this fails
   * @throws PosixException when the kernel reports an error
   */
  public static void close(int fd) throws PosixException {
    check(LibC.close(fd), "close", "fd " + fd);
  }

  /**
   * Reads what is there, {@code read(2)}.
   *
   * @param fd a non-blocking descriptor
   * @param address where to put it: the caller guarantees {@code length} bytes there
   * @param length at the most, in bytes
   * @return the bytes read, 0 at the end of the file, {@link #WOULD_BLOCK} when there is nothing
   * @throws PosixException when it fails
   */
  public static int read(int fd, long address, int length) throws PosixException {
    while (true) {
      long n = LibC.read(fd, address, length);
      if (n >= 0) {
        return (int) n;
      }
      if (wouldBlock("read", fd)) {
        return WOULD_BLOCK;
      }
    }
  }

  /**
   * Writes as much as there is room for, {@code write(2)}.
   *
   * @param fd a non-blocking descriptor
   * @param address where the bytes are: the caller guarantees {@code length} bytes there
   * @param length in bytes
   * @return the bytes written, {@link #WOULD_BLOCK} when there is no room
   * @throws PosixException when it fails; {@code EPIPE} when the last reader is gone
   */
  public static int write(int fd, long address, int length) throws PosixException {
    while (true) {
      long n = LibC.write(fd, address, length);
      if (n >= 0) {
        return (int) n;
      }
      if (wouldBlock("write", fd)) {
        return WOULD_BLOCK;
      }
    }
  }

  /** Writes at a place of a regular file, {@code pwrite(2)}; returns how much is written. */
  static int pwrite(int fd, long address, int length, long offset) throws PosixException {
    while (true) {
      long n = LibC.pwrite(fd, address, length, offset);
      if (n >= 0) {
        return (int) n;
      }
      int error = lastError();
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("pwrite", "fd " + fd, error);
      }
    }
  }

  private static boolean wouldBlock(String call, int fd) throws PosixException {
    int error = lastError();
    if (Errno.of(error) == Errno.EAGAIN) {
      return true;
    }
    if (Errno.of(error) != Errno.EINTR) {
      throw new PosixException(call, "fd " + fd, error);
    }
    return false;
  }

  /**
   * Returns the address of a direct buffer's first byte, for {@link #read} and {@link #write}. It
   * is valid for as long as the buffer is reachable.
   *
   * @param direct a direct buffer
   * @return its address
   */
  public static long address(ByteBuffer direct) {
    if (!direct.isDirect()) {
      throw new IllegalArgumentException("not a direct buffer");
    }
    return MemoryIO.getInstance().getDirectBufferAddress(direct);
  }

  /**
   * Asks for a larger pipe buffer, {@code F_SETPIPE_SZ} of {@code fcntl(2)}. The kernel may refuse
   * (more than {@code /proc/sys/fs/pipe-max-size}, or the user's share is used up): the pipe then
   * keeps its size, which only costs speed.
   *
   * @param fd one end of a pipe or FIFO
   * @param bytes the wanted size
   * @return whether the kernel granted it
   */
  public static boolean setPipeSize(int fd, int bytes) {
    return LibC.fcntl(fd, F_SETPIPE_SZ, bytes) >= 0;
  }

  /**
   * Reserves space, {@code posix_fallocate(3)}, so that a full file system is an error now and not
   * a SIGBUS later.
   *
   * @param fd a file open for writing
   * @param size in bytes
   * @param path the path, for the message
   * @throws PosixException when there is no room ({@code ENOSPC}) or it fails
   */
  public static void allocate(int fd, long size, Path path) throws PosixException {
    while (true) {
      int error = LibC.posix_fallocate(fd, 0, size);
      if (error == 0) {
        return;
      }
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("posix_fallocate", path + ", " + size + " bytes", error);
      }
    }
  }

  /**
   * Waits until what was written to a file, also through a mapping, is on the disk, {@code
   * fdatasync(2)}. Called on a worker thread.
   *
   * @param fd the file
   * @param path the path, for the message
   * @throws PosixException when it can't be written
   */
  public static void sync(int fd, Path path) throws PosixException {
    while (LibC.fdatasync(fd) < 0) {
      int error = lastError();
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("fdatasync", path.toString(), error);
      }
    }
  }

  /**
   * Removes a name, {@code unlink(2)}. It is no error if the name is already gone.
   *
   * @param path which
   * @throws PosixException when it fails otherwise
   */
  public static void unlink(Path path) throws PosixException {
    if (LibC.unlink(path.toString()) < 0) {
      int error = lastError();
      if (Errno.of(error) != Errno.ENOENT) {
        throw new PosixException("unlink", path.toString(), error);
      }
    }
  }

  /**
   * Removes a directory when it is empty, {@code rmdir(2)}.
   *
   * @param path which
   * @return false when it is not empty
   * @throws PosixException when it fails otherwise; it is no error if the directory is already gone
   */
  public static boolean rmdir(Path path) throws PosixException {
    if (LibC.rmdir(path.toString()) < 0) {
      int error = lastError();
      if (Errno.of(error) == Errno.ENOTEMPTY || Errno.of(error) == Errno.EEXIST) {
        return false;
      }
      if (Errno.of(error) != Errno.ENOENT) {
        throw new PosixException("rmdir", path.toString(), error);
      }
    }
    return true;
  }

  /**
   * Returns the status of a name, without following a symbolic link, {@code lstat(2)}.
   *
   * @param path which
   * @return the status, or null when there is no such name
   * @throws PosixException when it fails otherwise
   */
  public static FileStatus lstat(Path path) throws PosixException {
    Struct stat = new Struct(FileStatus.STRUCT_STATX);
    int flags = AT_SYMLINK_NOFOLLOW;
    if (LibC.statx(AT_FDCWD, path.toString(), flags, STATX_BASIC_STATS, stat) < 0) {
      int error = lastError();
      if (Errno.of(error) == Errno.ENOENT) {
        return null;
      }
      throw new PosixException("lstat", path.toString(), error);
    }
    return FileStatus.of(stat);
  }

  /**
   * Returns the status of an open file, {@code fstat(2)}.
   *
   * @param fd the descriptor
   * @return the status
   * @throws PosixException when it fails
   */
  public static FileStatus fstat(int fd) throws PosixException {
    Struct stat = new Struct(FileStatus.STRUCT_STATX);
    check(LibC.statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, stat), "fstat", "fd " + fd);
    return FileStatus.of(stat);
  }

  /** See {@code asm/fcntl.h}: ARM and POWER have numbers of their own. */
  static int noFollow(String processor) {
    return processor.startsWith("aarch64")
            || processor.startsWith("arm")
            || processor.startsWith("ppc")
        ? 0100000
        : 0400000;
  }

  /**
   * Returns the effective user id.
   *
   * @return see {@code geteuid(2)}
   */
  public static int getuid() {
    return LibC.geteuid();
  }

  /** Returns the number of a group, -1 when there is none of that name, {@code getgrnam(3)}. */
  static int gid(String group) {
    return Groups.number(group);
  }

  static void fchown(int fd, int group, Path path) throws PosixException {
    check(LibC.fchown(fd, -1, group), "fchown", path + ", group " + group);
  }

  static void fchmod(int fd, int mode, Path path) throws PosixException {
    if (LibC.fchmod(fd, mode) < 0) {
      throw new PosixException("fchmod", String.format("%s, %04o", path, mode), lastError());
    }
  }

  private static void check(int result, String call, Object subject) throws PosixException {
    if (result < 0) {
      throw new PosixException(call, subject.toString(), lastError());
    }
  }

  /** The error of the last call of this thread. */
  static int lastError() {
    return LibC.errno();
  }
}
