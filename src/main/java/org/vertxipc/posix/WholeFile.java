package org.vertxipc.posix;

import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Reads and writes short regular files. The kernel may do a part of what a call asks for, for
 * example write that part for which there is room: the next call then goes on, or says why not. A
 * regular file never makes a call wait.
 */
public final class WholeFile {
  private static final int PART_BYTES = 4096;

  private WholeFile() {}

  /**
   * Writes all bytes.
   *
   * @param fd a regular file open for writing
   * @param bytes all of them
   * @throws PosixException when it fails; a part may be written then
   */
  public static void write(int fd, byte[] bytes) throws PosixException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    long address = Posix.address(buffer);
    try {
      int done = 0;
      while (done < bytes.length) {
        done += Math.max(0, Posix.write(fd, address + done, bytes.length - done));
      }
    } finally {
      Reference.reachabilityFence(buffer);
    }
  }

  /**
   * Writes bytes over those at the start of a file, which gets longer if it was shorter.
   *
   * @param fd a regular file open for writing
   * @param address where the bytes are: the caller guarantees {@code length} of them
   * @param length in bytes
   * @throws PosixException when it fails; a part may be written then
   */
  public static void overwrite(int fd, long address, int length) throws PosixException {
    int done = 0;
    while (done < length) {
      done += Posix.pwrite(fd, address + done, length - done, done);
    }
  }

  /**
   * Reads to the end, or up to a maximum.
   *
   * @param fd a regular file open for reading
   * @param max the maximum number of bytes to read
   * @return the bytes
   * @throws PosixException when it fails
   */
  public static byte[] read(int fd, int max) throws PosixException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocateDirect(PART_BYTES);
    long address = Posix.address(buffer);
    byte[] part = new byte[PART_BYTES];
    try {
      int n = 1;
      while (n > 0 && all.size() < max) {
        n = Posix.read(fd, address, Math.min(PART_BYTES, max - all.size()));
        if (n > 0) {
          buffer.get(0, part, 0, n);
          all.write(part, 0, n);
        }
      }
    } finally {
      Reference.reachabilityFence(buffer);
    }
    return all.toByteArray();
  }
}
