package org.vertxipc.posix;

import java.io.IOException;
import jnr.constants.platform.Errno;

/**
 * A failed system call. The message says which call failed, on what, and why in the kernel's own
 * words.
 */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final Errno errno;

  PosixException(String call, String subject, Errno errno) {
    super(call + "(" + subject + ") failed: " + describe(errno) + " (" + errno.name() + ")");
    this.call = call;
    this.errno = errno;
  }

  private static String describe(Errno errno) {
    String text = errno.description();
    return text == null || text.isEmpty() ? "error " + errno.intValue() : text;
  }

  /**
   * Returns the name of the system call that failed.
   *
   * @return for example {@code mkfifo}
   */
  public String call() {
    return call;
  }

  /**
   * Returns the symbolic name of the error, see {@code errno(3)}.
   *
   * @return for example {@code ENOENT}
   */
  public String errnoName() {
    return errno.name();
  }

  /**
   * Returns whether the call failed with one of these errors.
   *
   * @param names symbolic names such as {@code ENXIO}
   * @return true when the error is among them
   */
  public boolean is(String... names) {
    for (String name : names) {
      if (errno.name().equals(name)) {
        return true;
      }
    }
    return false;
  }
}
