package org.vertxipc.posix;

/** Tells how much of a file was ever written, without reading it. */
public final class Holes {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  private Holes() {}

  /**
   * Returns where the part of a file begins that was never written, and is zeros up to the end of
   * the file; space may be reserved there. A file system that does not know says the end.
   *
   * @param fd a regular file; its own offset is changed, which {@code pread(2)} does not use
   * @param size of the file, in bytes
   * @return an offset: everything from there on is zeros
   */
  public static long unwrittenFrom(int fd, long size) {
    long hole = LibC.lseek(fd, 0, SEEK_HOLE);
    if (hole < 0 || hole >= size) {
      return size;
    }
    boolean nothing =
        LibC.lseek(fd, hole, SEEK_DATA) < 0 && Errno.of(Posix.lastError()) == Errno.ENXIO;
    return nothing ? hole : size;
  }
}
