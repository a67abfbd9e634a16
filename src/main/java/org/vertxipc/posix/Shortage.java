package org.vertxipc.posix;

/**
 * What may run short, a row for each: by which error a call says so, and what helps. The first row
 * that fits counts.
 */
enum Shortage {
  DESCRIPTORS(null, Errno.EMFILE, "this process has no descriptor left (ulimit -n, LimitNOFILE=)"),
  DESCRIPTORS_OF_ALL(null, Errno.ENFILE, "the machine has no descriptor left (sysctl fs.file-max)"),
  SEGMENTS(
      "shmget",
      Errno.ENOSPC,
      "there are too many segments (ipcs -m), or they are too large together (sysctl kernel.shmmni,"
          + " kernel.shmall)"),
  SEGMENT_SIZE("shmget", Errno.EINVAL, "a segment may not be so large (sysctl kernel.shmmax)"),
  ROOM(null, Errno.ENOSPC, "the file system is full (df): make room there, or use a larger one"),
  QUOTA(null, Errno.EDQUOT, "this user may not have more on that file system (quota)"),
  MEMORY(
      null,
      Errno.ENOMEM,
      "there is no memory left for it, or this process may not have more (ulimit -v, sysctl"
          + " vm.max_map_count)");

  private static final Shortage[] ALL = values();

  private final String call;
  private final Errno errno;
  private final String cure;

  Shortage(String call, Errno errno, String cure) {
    this.call = call;
    this.errno = errno;
    this.cure = cure;
  }

  /** What has run short and which limit says so; null when the error is not of a shortage. */
  static String cure(String call, Errno errno) {
    for (Shortage each : ALL) {
      if (each.errno == errno && (each.call == null || each.call.equals(call))) {
        return each.cure;
      }
    }
    return null;
  }
}
