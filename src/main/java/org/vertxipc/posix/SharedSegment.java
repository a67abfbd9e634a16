package org.vertxipc.posix;

import java.nio.file.Path;

/**
 * An attached System V shared memory segment, see {@code shmget(2)}, {@code shmat(2)} and {@code
 * shmctl(2)}. Not thread-safe.
 */
public final class SharedSegment extends ForeignMemory {
  /** The key of a segment that nobody finds by its key, {@code IPC_PRIVATE}. */
  public static final int PRIVATE = 0;

  private static final int IPC_CREAT = 01000;
  private static final int IPC_EXCL = 02000;
  private static final int IPC_RMID = 0;
  private static final int IPC_SET = 1;
  private static final int IPC_STAT = 2;
  private static final int SHM_RDONLY = 010000;
  private static final int STRUCT_SHMID_DS = 112;

  private final int id;

  private SharedSegment(int id, long address, int size, boolean readOnly) {
    super(address, size, readOnly);
    this.id = id;
  }

  /**
   * Returns a key made from a file and a number, {@code ftok(3)}.
   *
   * @param path a file that exists
   * @param project 1 to 255
   * @return the key
   * @throws PosixException when the file does not exist
   */
  public static int key(Path path, int project) throws PosixException {
    int key = LibC.ftok(path.toString(), project);
    if (key == -1) {
      throw new PosixException("ftok", path + ", " + project, Posix.lastError());
    }
    return key;
  }

  /**
   * Creates a segment of zeros, with {@code IPC_CREAT} and {@code IPC_EXCL}.
   *
   * @param key its key, {@link #PRIVATE} for none
   * @param size in bytes; the kernel reserves it (a segment too large for the machine is an error
   *     here, {@code EINVAL}, {@code ENOSPC} or {@code ENOMEM})
   * @param mode permission bits
   * @return its id
   * @throws PosixException when it fails; {@code EEXIST} when the key is in use
   */
  public static int create(int key, long size, int mode) throws PosixException {
    int id = LibC.shmget(key, size, IPC_CREAT | IPC_EXCL | mode);
    if (id < 0) {
      String subject = String.format("key 0x%08x, %d bytes, mode %04o", key, size, mode);
      throw new PosixException("shmget", subject, Posix.lastError());
    }
    return id;
  }

  /**
   * Returns the id of the segment that has a key.
   *
   * @param key the key
   * @return its id, or -1 when there is none
   * @throws PosixException when it fails otherwise, for instance because it is not permitted
   */
  public static int find(int key) throws PosixException {
    int id = LibC.shmget(key, 0, 0);
    if (id < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) != Errno.ENOENT) {
        throw new PosixException("shmget", String.format("key 0x%08x", key), error);
      }
    }
    return id;
  }

  /**
   * Attaches a segment.
   *
   * @param id its id
   * @param readOnly with {@code SHM_RDONLY}: the buffer refuses writes, and so does the processor
   * @return the segment, all of it
   * @throws PosixException when it is gone, or not permitted
   */
  public static SharedSegment attach(int id, boolean readOnly) throws PosixException {
    long address = LibC.shmat(id, readOnly ? SHM_RDONLY : 0);
    if (address == -1) {
      throw new PosixException("shmat", subject(id), Posix.lastError());
    }
    // Its size never changes, so asking for it after attaching is no race.
    long size;
    try {
      size = status(id).size();
    } catch (PosixException e) {
      LibC.shmdt(address);
      throw e;
    }
    return new SharedSegment(id, address, (int) Math.min(size, Integer.MAX_VALUE), readOnly);
  }

  /**
   * Returns what the kernel knows about a segment, {@code IPC_STAT}.
   *
   * @param id its id
   * @return its status
   * @throws PosixException when it is gone, or not permitted
   */
  public static SegmentStatus status(int id) throws PosixException {
    Struct s = shmidDs(id);
    return new SegmentStatus(
        id,
        s.getInt(0),
        s.getInt(4),
        s.getInt(8),
        s.getInt(20) & 07777,
        s.getLong(48),
        s.getLong(72),
        s.getInt(80),
        s.getLong(88));
  }

  /** Reads {@code struct shmid_ds} of 64-bit Linux. */
  private static Struct shmidDs(int id) throws PosixException {
    Struct s = new Struct(STRUCT_SHMID_DS);
    if (LibC.shmctl(id, IPC_STAT, s) < 0) {
      throw new PosixException("shmctl", subject(id) + ", IPC_STAT", Posix.lastError());
    }
    return s;
  }

  /**
   * Gives a group access to a segment that this user has made, {@code IPC_SET}.
   *
   * @param id its id
   * @param group number of the group; unlike a file's, it may be one that this user is not in
   * @param mode permission bits
   * @throws PosixException when it fails
   */
  public static void grant(int id, int group, int mode) throws PosixException {
    Struct s = shmidDs(id);
    s.putInt(8, group);
    s.putInt(20, mode);
    if (LibC.shmctl(id, IPC_SET, s) < 0) {
      throw new PosixException(
          "shmctl", subject(id) + ", IPC_SET, group " + group, Posix.lastError());
    }
  }

  /**
   * Marks a segment for removal, {@code IPC_RMID}: the kernel removes it when no process has it
   * attached any more, even if processes are killed. From then on it has no key; a process that
   * knows its id may still attach it, which is specific to Linux. It is no error if the segment is
   * already gone.
   *
   * @param id its id
   * @throws PosixException when it is not permitted
   */
  public static void remove(int id) throws PosixException {
    if (LibC.shmctl(id, IPC_RMID, null) < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) != Errno.EINVAL && Errno.of(error) != Errno.EIDRM) {
        throw new PosixException("shmctl", subject(id) + ", IPC_RMID", error);
      }
    }
  }

  private static String subject(int id) {
    return "segment " + id;
  }

  /**
   * Returns its id.
   *
   * @return as {@code ipcs -m} shows it
   */
  public int id() {
    return id;
  }

  /** Detaches, {@code shmdt(2)}. */
  @Override
  void giveBack(long at) throws PosixException {
    if (LibC.shmdt(at) < 0) {
      throw new PosixException("shmdt", subject(id), Posix.lastError());
    }
  }
}
