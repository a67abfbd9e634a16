package org.vertxipc.posix;

import java.util.Arrays;

/**
 * The errors of system calls that this library tells apart, {@code errno(3)}, with the numbers that
 * Linux has on every processor but MIPS, SPARC, Alpha and PA-RISC. The number of any error, and the
 * kernel's words for it, are in its {@link PosixException}.
 */
public enum Errno {
  /** Permission denied. */
  EACCES(13, "Permission denied"),
  /** The call would have to wait. */
  EAGAIN(11, "Resource temporarily unavailable"),
  /** The quota of the user is used up. */
  EDQUOT(122, "Disk quota exceeded"),
  /** The name is in use. */
  EEXIST(17, "File exists"),
  /** The identifier was removed. */
  EIDRM(43, "Identifier removed"),
  /** A signal interrupted the call. */
  EINTR(4, "Interrupted system call"),
  /** An argument is invalid. */
  EINVAL(22, "Invalid argument"),
  /** The name is a symbolic link, or leads through too many. */
  ELOOP(40, "Too many levels of symbolic links"),
  /** The process has no descriptor left. */
  EMFILE(24, "Too many open files"),
  /** The machine has no descriptor left. */
  ENFILE(23, "Too many open files in system"),
  /** There is no such name. */
  ENOENT(2, "No such file or directory"),
  /** There is no memory, or no room for another mapping. */
  ENOMEM(12, "Cannot allocate memory"),
  /** There is no room. */
  ENOSPC(28, "No space left on device"),
  /** A part of the path is not a directory. */
  ENOTDIR(20, "Not a directory"),
  /** The directory is not empty. */
  ENOTEMPTY(39, "Directory not empty"),
  /** The FIFO has no reader. */
  ENXIO(6, "No such device or address"),
  /** The operation is not permitted. */
  EPERM(1, "Operation not permitted"),
  /** The last reader is gone. */
  EPIPE(32, "Broken pipe"),
  /** There is no such process. */
  ESRCH(3, "No such process"),
  /** Any other. */
  OTHER(-1, null);

  private static final Errno[] BY_NUMBER = byNumber();

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  private static Errno[] byNumber() {
    int highest = 0;
    for (Errno errno : values()) {
      highest = Math.max(highest, errno.number);
    }
    Errno[] all = new Errno[highest + 1];
    Arrays.fill(all, OTHER);
    for (Errno errno : values()) {
      if (errno != OTHER) {
        all[errno.number] = errno;
      }
    }
    return all;
  }

  /** The error of a number. Allocates nothing: a read that finds nothing is an error, too. */
  static Errno of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : OTHER;
  }

  int number() {
    return number;
  }

  /** The kernel's own words for an error, and its name. */
  static String describe(int number) {
    Errno known = of(number);
    return known == OTHER ? Others.describe(number) : known.text + " (" + known.name() + ")";
  }

  /** All others, which are rare: their table takes a while to load. */
  private static final class Others {
    static String describe(int number) {
      jnr.constants.platform.Errno constant = jnr.constants.platform.Errno.valueOf(number);
      String text = constant.description();
      return (text == null || text.isEmpty() ? "error " + number : text)
          + " ("
          + constant.name()
          + ")";
    }
  }
}
