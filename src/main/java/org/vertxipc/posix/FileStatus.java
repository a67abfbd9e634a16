package org.vertxipc.posix;

/**
 * The result of {@code stat(2)} for a file.
 *
 * @param device the device that holds it
 * @param inode its number on that device
 * @param mode type and permission bits
 * @param owner user id of the owner
 * @param group its group id
 * @param size in bytes
 */
public record FileStatus(long device, long inode, int mode, int owner, int group, long size) {
  static final int STRUCT_STATX = 256;
  private static final int TYPE_MASK = 0170000;

  /** Reads {@code struct statx}, which is the same on every processor, as that of stat is not. */
  static FileStatus of(Struct s) {
    int mode = s.getShort(28) & 0xffff;
    long device = device(s.getInt(136), s.getInt(140));
    return new FileStatus(device, s.getLong(32), mode, s.getInt(20), s.getInt(24), s.getLong(40));
  }

  /** As {@code makedev(3)} of glibc. */
  private static long device(int major, int minor) {
    return (major & 0xfffff000L) << 32
        | (major & 0xfffL) << 8
        | (minor & 0xffffff00L) << 12
        | (minor & 0xffL);
  }

  /**
   * Returns the permission bits alone.
   *
   * @return 0 to 07777
   */
  public int permissions() {
    return mode & 07777;
  }

  /**
   * Returns whether it is a directory.
   *
   * @return true for a directory
   */
  public boolean isDirectory() {
    return (mode & TYPE_MASK) == 0040000;
  }

  /**
   * Returns whether it is a regular file.
   *
   * @return true for a regular file
   */
  public boolean isRegular() {
    return (mode & TYPE_MASK) == 0100000;
  }

  /**
   * Returns whether it is a FIFO.
   *
   * @return true for a FIFO
   */
  public boolean isFifo() {
    return (mode & TYPE_MASK) == 0010000;
  }

  /**
   * Returns whether it is a symbolic link.
   *
   * @return true for a symbolic link
   */
  public boolean isLink() {
    return (mode & TYPE_MASK) == 0120000;
  }

  /**
   * Returns the type in words, for an error message.
   *
   * @return for example {@code a symbolic link}
   */
  public String typeName() {
    if (isDirectory()) {
      return "a directory";
    } else if (isRegular()) {
      return "a regular file";
    } else if (isFifo()) {
      return "a FIFO";
    } else if (isLink()) {
      return "a symbolic link";
    }
    return "a special file";
  }

  /**
   * Returns whether the other status is of the same file.
   *
   * @param other a status
   * @return true when device and inode are equal
   */
  public boolean sameFile(FileStatus other) {
    return device == other.device && inode == other.inode;
  }
}
