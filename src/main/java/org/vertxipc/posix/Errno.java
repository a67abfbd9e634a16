package org.vertxipc.posix;

import java.util.Arrays;

/**
 * The errors of system calls that this library tells apart, {@code errno(3)}. The number of any
 * error, and the kernel's words for it, are in its {@link PosixException}.
 */
public enum Errno {
  /** Permission denied. */
  EACCES(jnr.constants.platform.Errno.EACCES),
  /** The call would have to wait. */
  EAGAIN(jnr.constants.platform.Errno.EAGAIN),
  /** The quota of the user is used up. */
  EDQUOT(jnr.constants.platform.Errno.EDQUOT),
  /** The name is in use. */
  EEXIST(jnr.constants.platform.Errno.EEXIST),
  /** The identifier was removed. */
  EIDRM(jnr.constants.platform.Errno.EIDRM),
  /** A signal interrupted the call. */
  EINTR(jnr.constants.platform.Errno.EINTR),
  /** An argument is invalid. */
  EINVAL(jnr.constants.platform.Errno.EINVAL),
  /** The name is a symbolic link, or leads through too many. */
  ELOOP(jnr.constants.platform.Errno.ELOOP),
  /** The process has no descriptor left. */
  EMFILE(jnr.constants.platform.Errno.EMFILE),
  /** The machine has no descriptor left. */
  ENFILE(jnr.constants.platform.Errno.ENFILE),
  /** There is no such name. */
  ENOENT(jnr.constants.platform.Errno.ENOENT),
  /** There is no memory, or no room for another mapping. */
  ENOMEM(jnr.constants.platform.Errno.ENOMEM),
  /** There is no room. */
  ENOSPC(jnr.constants.platform.Errno.ENOSPC),
  /** A part of the path is not a directory. */
  ENOTDIR(jnr.constants.platform.Errno.ENOTDIR),
  /** The directory is not empty. */
  ENOTEMPTY(jnr.constants.platform.Errno.ENOTEMPTY),
  /** The FIFO has no reader. */
  ENXIO(jnr.constants.platform.Errno.ENXIO),
  /** The operation is not permitted. */
  EPERM(jnr.constants.platform.Errno.EPERM),
  /** The last reader is gone. */
  EPIPE(jnr.constants.platform.Errno.EPIPE),
  /** There is no such process. */
  ESRCH(jnr.constants.platform.Errno.ESRCH),
  /** Any other. */
  OTHER(null);

  private static final Errno[] BY_NUMBER = byNumber();

  private final int number;

  Errno(jnr.constants.platform.Errno constant) {
    this.number = constant == null ? -1 : constant.intValue();
  }

  private static Errno[] byNumber() {
    int highest = Arrays.stream(values()).mapToInt(e -> e.number).max().orElseThrow();
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
}
