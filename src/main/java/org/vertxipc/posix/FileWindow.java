package org.vertxipc.posix;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A piece of a file in memory of this process, read by {@code pread(2)}. Unlike a mapping it does
 * not pay for the first touch of each page, and whatever others do to the file meanwhile, no access
 * to it can fault: the JVM may compute a checksum in place. Bytes that others were writing while
 * they were read may be of different ages. One thread at a time.
 */
public final class FileWindow {
  private final ByteOrder order;
  private final int least;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer bytes;
  private ByteBuffer summed;

  /**
   * Creates an empty window.
   *
   * @param capacity how many bytes it holds
   * @param order of the numbers in it
   */
  public FileWindow(int capacity, ByteOrder order) {
    this.order = order;
    this.least = capacity;
    hold(capacity);
  }

  private void hold(int capacity) {
    bytes = ByteBuffer.allocateDirect(capacity).order(order);
    summed = bytes.duplicate();
  }

  /**
   * Returns the bytes that were read last, from index 0 on.
   *
   * @return a direct buffer, another one after {@link #grow} and {@link #shrink}
   */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Makes it hold at least so many bytes; what it held is gone.
   *
   * @param capacity how many
   */
  public void grow(int capacity) {
    if (bytes.capacity() < capacity) {
      hold(capacity);
    }
  }

  /** Makes it hold as many bytes as at first; what it held is gone when it had grown. */
  public void shrink() {
    if (bytes.capacity() > least) {
      hold(least);
    }
  }

  /**
   * Reads bytes of a file, {@code pread(2)}.
   *
   * @param fd a regular file open for reading
   * @param from the offset of the first one in the file
   * @param length how many, at most what it holds
   * @return how many were read: fewer only when the file ends before
   * @throws PosixException when it fails
   */
  public int read(int fd, long from, int length) throws PosixException {
    ByteBuffer into = bytes;
    if (length < 0 || length > into.capacity()) {
      throw new IllegalArgumentException(length + " bytes, at most " + into.capacity());
    }
    long address = Posix.address(into);
    try {
      int done = 0;
      while (done < length) {
        int n = pread(fd, address + done, length - done, from + done);
        if (n == 0) {
          return done;
        }
        done += n;
      }
      return done;
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  private static int pread(int fd, long address, int length, long offset) throws PosixException {
    while (true) {
      long n = LibC.pread(fd, address, length, offset);
      if (n >= 0) {
        return (int) n;
      }
      int error = Posix.lastError();
      if (Errno.of(error) != Errno.EINTR) {
        throw new PosixException("pread", "fd " + fd, error);
      }
    }
  }

  /**
   * Returns the CRC-32C of bytes that were read.
   *
   * @param at the index of the first one
   * @param length how many
   * @return the value, as an int
   */
  public int checksum(int at, int length) {
    crc.reset();
    crc.update(summed.limit(at + length).position(at));
    return (int) crc.getValue();
  }

  /**
   * Reads bytes of a file piece by piece, and returns their CRC-32C; what it held is gone.
   *
   * @param fd a regular file open for reading
   * @param from the offset of the first one in the file
   * @param length how many
   * @return the value, as an int, of those that there are
   * @throws PosixException when it fails
   */
  public int checksumOf(int fd, long from, int length) throws PosixException {
    // The one in use for a part of it is reset by checksum().
    CRC32C all = new CRC32C();
    int done = 0;
    while (done < length) {
      int n = read(fd, from + done, Math.min(bytes.capacity(), length - done));
      if (n == 0) {
        break;
      }
      all.update(summed.limit(n).position(0));
      done += n;
    }
    return (int) all.getValue();
  }
}
