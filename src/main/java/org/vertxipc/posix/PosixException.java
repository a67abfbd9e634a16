package org.vertxipc.posix;

import java.io.IOException;

/**
 * A failed system call. The message says which call failed, on what, and why in the kernel's own
 * words; when something has run short, it also says which limit was met.
 */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int number;
  private final String cure;

  PosixException(String call, String subject, int number) {
    this(call, subject, number, Shortage.cure(call, Errno.of(number)));
  }

  PosixException(String call, String subject, int number, String cure) {
    super(
        call
            + "("
            + subject
            + ") failed: "
            + Errno.describe(number)
            + (cure == null ? "" : ": " + cure));
    this.call = call;
    this.number = number;
    this.cure = cure;
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
   * Returns the error.
   *
   * @return {@link Errno#OTHER} for one that has no constant there, see {@link #number}
   */
  public Errno errno() {
    return Errno.of(number);
  }

  /**
   * Returns the number of the error, see {@code errno(3)}.
   *
   * @return for example 2
   */
  public int number() {
    return number;
  }

  /**
   * Returns what makes this failure another than one that came before, whatever it was called for.
   *
   * @return what has run short, or else the call and the error
   */
  public String kind() {
    return cure != null ? cure : call + " " + number;
  }

  /**
   * Returns whether the call failed with one of these errors. Unlike a switch, which the compiler
   * gives a class of its own, this needs no descriptor for loading a class where none is left.
   *
   * @param any of these
   * @return true when the error is among them
   */
  public boolean is(Errno... any) {
    for (Errno errno : any) {
      if (errno == errno()) {
        return true;
      }
    }
    return false;
  }
}
