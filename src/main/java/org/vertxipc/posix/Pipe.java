package org.vertxipc.posix;

/**
 * An anonymous pipe, see {@code pipe(2)}, close-on-exec. One end is for this process, and only that
 * one is non-blocking: whoever gets the other expects reads and writes to wait.
 *
 * @param ours the end for this process
 * @param theirs the end for another
 */
public record Pipe(int ours, int theirs) {
  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;
  private static final int F_SETFL = 4;
  private static final long FIONREAD = 0x541B;

  /**
   * Makes a pipe into which this process writes.
   *
   * @return the pipe
   * @throws PosixException when no descriptors are left
   */
  public static Pipe toOther() throws PosixException {
    int[] ends = make();
    return new Pipe(nonBlocking(ends, 1), ends[0]);
  }

  /**
   * Makes a pipe from which this process reads.
   *
   * @return the pipe
   * @throws PosixException when no descriptors are left
   */
  public static Pipe fromOther() throws PosixException {
    int[] ends = make();
    return new Pipe(nonBlocking(ends, 0), ends[1]);
  }

  /**
   * Returns how many bytes nobody has read yet, {@code FIONREAD} of {@code ioctl(2)}.
   *
   * @param fd any end of a pipe or FIFO
   * @return the bytes
   * @throws PosixException when it is neither
   */
  public static int unread(int fd) throws PosixException {
    Struct count = new Struct(Integer.BYTES);
    if (LibC.ioctl(fd, FIONREAD, count) < 0) {
      throw new PosixException("ioctl", "fd " + fd + ", FIONREAD", Posix.lastError());
    }
    return count.getInt(0);
  }

  private static int[] make() throws PosixException {
    Struct p = new Struct(2 * Integer.BYTES);
    if (LibC.pipe2(p, O_CLOEXEC) < 0) {
      throw new PosixException("pipe2", "O_CLOEXEC", Posix.lastError());
    }
    return new int[] {p.getInt(0), p.getInt(Integer.BYTES)};
  }

  private static int nonBlocking(int[] ends, int index) throws PosixException {
    if (LibC.fcntl(ends[index], F_SETFL, O_NONBLOCK) < 0) {
      PosixException e =
          new PosixException("fcntl", "fd " + ends[index] + ", O_NONBLOCK", Posix.lastError());
      Posix.close(ends[0]);
      Posix.close(ends[1]);
      throw e;
    }
    return ends[index];
  }
}
