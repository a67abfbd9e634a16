package org.vertxipc.posix;

/**
 * The result of {@code shmctl(IPC_STAT)} for a System V segment.
 *
 * @param id its id
 * @param key its key, 0 when it is private or marked for removal
 * @param owner user id of the owner
 * @param group its group id
 * @param mode permission bits, and 01000 when it is marked for removal
 * @param size in bytes
 * @param created in seconds since the epoch
 * @param creator process id of its creator
 * @param attached how many attachments there are
 */
public record SegmentStatus(
    int id,
    int key,
    int owner,
    int group,
    int mode,
    long size,
    long created,
    int creator,
    long attached) {
  private static final int SHM_DEST = 01000;

  /**
   * Returns whether it is removed with its last attachment.
   *
   * @return true when it is marked for removal
   */
  public boolean isMarked() {
    return (mode & SHM_DEST) != 0;
  }

  /**
   * Returns whether nobody uses it and its creator is dead. A process that started after the
   * segment was made is not its creator, although it may have the same process id.
   *
   * @return true when it is an orphan
   */
  public boolean isOrphan() {
    return attached == 0
        && ProcessHandle.of(creator)
            .flatMap(p -> p.info().startInstant())
            .map(start -> start.getEpochSecond() > created + 1)
            .orElse(true);
  }
}
