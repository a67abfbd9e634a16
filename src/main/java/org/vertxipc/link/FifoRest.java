package org.vertxipc.link;

import org.vertxipc.channel.Cleanup;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Pipe;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * What is in a FIFO when the link stops. The kernel keeps it for as long as somebody has the FIFO
 * open, and drops it then. So it is lost unless another process reads, which can only be seen when
 * this one does not have the FIFO open for reading any more. One thread only.
 */
final class FifoRest implements AutoCloseable {
  private final int fd;

  private FifoRest(int fd) {
    this.fd = fd;
  }

  /** Keeps a FIFO open for writing only, and closes the sink, which has it open for both. */
  static FifoRest of(ByteSink sink) throws PosixException {
    FifoRest rest = new FifoRest(Posix.reopen(sink.fd(), Posix.O_WRONLY));
    sink.close();
    return rest;
  }

  /** Returns how many bytes would be lost if it were closed now. */
  long bytes() throws PosixException {
    int unread = Pipe.unread(fd);
    return unread == 0 || hasReader() ? 0 : unread;
  }

  private boolean hasReader() throws PosixException {
    try {
      Posix.close(Posix.reopen(fd, Posix.O_WRONLY));
      return true;
    } catch (PosixException e) {
      if (!e.is(Errno.ENXIO)) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void close() {
    Cleanup.close(fd);
  }
}
