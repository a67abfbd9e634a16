package org.vertxipc.posix;

/**
 * How a process ended, see {@code wait(2)}.
 *
 * @param code the exit status, 0 to 255; -1 when a signal ended it
 * @param signal the signal that ended it, 0 when it exited
 */
public record ExitStatus(int code, int signal) {

  static ExitStatus ofWait(int word) {
    int signal = word & 0x7f;
    return signal == 0 ? new ExitStatus((word >> 8) & 0xff, 0) : new ExitStatus(-1, signal);
  }

  /**
   * Returns whether the process succeeded.
   *
   * @return true for exit status 0
   */
  public boolean isSuccess() {
    return code == 0;
  }

  @Override
  public String toString() {
    return signal == 0 ? "ended with status " + code : "was ended by signal " + signal;
  }
}
