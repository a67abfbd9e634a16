package org.vertxipc.posix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Defines who may open what a node makes: its user alone, or a group, and nobody else. What others
 * made is checked against the same rule after it is open, so that it can't be replaced in between.
 * Permissions are set on descriptors ({@code fchmod(2)}, {@code fchown(2)}), whatever the process's
 * umask is. Thread-safe.
 */
public final class Access {
  /** This user alone. */
  public static final Access OWNER = new Access(null);

  // Container platforms give each project a random group id, for example 1000650000.
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final int DRAFT_ATTEMPTS = 20;
  private static final long DRAFT_MILLIS = 10;
  private static final int OTHERS_OF_OWNER = 0077;
  private static final int OTHERS_OF_GROUP = 0007;

  private final String group;
  private volatile int gid = -1;

  private Access(String group) {
    this.group = group;
  }

  /**
   * Gives access to a group.
   *
   * @param group its name or its number; looked up when it is first needed
   * @return access for its members
   */
  public static Access group(String group) {
    return new Access(group);
  }

  /**
   * Returns whether a group has access.
   *
   * @return false for this user alone
   */
  public boolean isShared() {
    return group != null;
  }

  /**
   * Returns the number of the group. The first call looks it up, which may take long, so it is made
   * on a worker thread.
   *
   * @return for example 100
   * @throws IOException when there is no such group
   */
  public int gid() throws IOException {
    if (gid < 0) {
      long found = NUMBER.matcher(group).matches() ? Long.parseLong(group) : Posix.gid(group);
      if (found < 0 || found > Integer.MAX_VALUE) {
        throw new IOException("There is no group '" + group + "' on this machine, see group(5)");
      }
      gid = (int) found;
    }
    return gid;
  }

  /**
   * Returns the permission bits of everything but directories.
   *
   * @return 0600 or 0660
   */
  public int mode() {
    return isShared() ? 0660 : 0600;
  }

  private int directoryMode() {
    return isShared() ? 0770 : 0700;
  }

  /**
   * Makes a directory.
   *
   * @param path where
   * @throws IOException when it fails; {@code EEXIST} when something has the name
   */
  public void mkdir(Path path) throws IOException {
    Posix.mkdir(path, 0700);
    grantByName(path, directoryMode(), Posix::rmdir);
  }

  /**
   * Makes a directory, or checks that the existing one belongs to those who have access, and is
   * closed to others. It may wait for a moment.
   *
   * @param path where
   * @throws IOException when it can't be made, or is not as expected
   */
  public void ensureDirectory(Path path) throws IOException {
    try {
      mkdir(path);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
    FileStatus status = Posix.lstat(path);
    for (int i = 0; i < DRAFT_ATTEMPTS && isShared() && isDraft(status); i++) {
      pause();
      status = Posix.lstat(path);
    }
    // Null when it was removed meanwhile: the following calls fail with ENOENT, and the caller
    // tries again.
    if (status != null) {
      requireDirectory(path, status);
    }
  }

  /** Another user may be about to give the group its access. */
  private static boolean isDraft(FileStatus status) {
    return status != null && status.permissions() == (status.isDirectory() ? 0700 : 0600);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(DRAFT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Makes a FIFO.
   *
   * @param path where
   * @throws IOException when it fails; {@code EEXIST} when something has the name
   */
  public void mkfifo(Path path) throws IOException {
    Posix.mkfifo(path, 0600);
    grantByName(path, mode(), Posix::unlink);
  }

  private interface Removal {
    void remove(Path path) throws PosixException;
  }

  private void grantByName(Path path, int mode, Removal undo) throws IOException {
    if (!isShared()) {
      return;
    }
    try {
      int fd = Posix.open(path, Posix.O_RDONLY, 0);
      try {
        grant(fd, path, mode);
      } finally {
        Posix.close(fd);
      }
    } catch (IOException | RuntimeException e) {
      undo.remove(path);
      throw e;
    }
  }

  /**
   * Makes a file, which must not exist yet.
   *
   * @param path where
   * @param flags access mode
   * @return the descriptor
   * @throws IOException when it fails, after the file is removed again
   */
  public int create(Path path, int flags) throws IOException {
    int fd = Posix.open(path, flags | Posix.O_CREAT | Posix.O_EXCL, 0600);
    try {
      grant(fd, path);
      return fd;
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      Posix.unlink(path);
      throw e;
    }
  }

  /**
   * Opens a file that another process has made. It may wait for a moment, because another user may
   * be about to give the group its access.
   *
   * @param path which
   * @param flags as {@code open(2)} takes them; a file that is made is this user's alone at first
   * @return the descriptor, which is to be checked by {@link #require}
   * @throws IOException when it fails
   */
  public int open(Path path, int flags) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return Posix.open(path, flags, 0600);
      } catch (PosixException e) {
        boolean waits = isShared() && attempt <= DRAFT_ATTEMPTS && e.is(Errno.EACCES);
        if (!waits || !isDraft(Posix.lstat(path))) {
          throw e;
        }
      }
      pause();
    }
  }

  /**
   * Gives the group its access to what was just made by this process.
   *
   * @param fd open on it
   * @param path its path, for the message
   * @throws IOException when it fails, as it does for a group that this user is not in
   */
  public void grant(int fd, Path path) throws IOException {
    if (isShared()) {
      grant(fd, path, mode());
    }
  }

  private void grant(int fd, Path path, int mode) throws IOException {
    // The name may lead to something else than what was made.
    if (Posix.fstat(fd).owner() != Posix.getuid()) {
      throw new IOException(path + " was replaced by somebody else");
    }
    Posix.fchown(fd, gid(), path);
    Posix.fchmod(fd, mode, path);
  }

  /**
   * Fails unless an open file has the expected type, belongs to those who have access, and is
   * closed to others.
   *
   * @param fd the descriptor
   * @param path its path, for the message
   * @param fifo whether a FIFO is expected, otherwise a regular file
   * @throws BadFileException when it is not as expected
   * @throws IOException when that can't be found out
   */
  public void require(int fd, Path path, boolean fifo) throws IOException {
    FileStatus status = Posix.fstat(fd);
    if (fifo ? !status.isFifo() : !status.isRegular()) {
      throw new BadFileException(
          path, "is " + status.typeName() + ", expected " + (fifo ? "a FIFO" : "a regular file"));
    }
    requirePermissions(path.toString(), status, mode());
  }

  /**
   * Fails unless a directory belongs to those who have access, and is closed to others.
   *
   * @param path which, for the message
   * @param status the result of {@code lstat(2)}
   * @throws BadFileException when it is not as expected
   * @throws IOException when that can't be found out
   */
  public void requireDirectory(Path path, FileStatus status) throws IOException {
    if (!status.isDirectory()) {
      throw new BadFileException(path, "is " + status.typeName() + ", expected a directory");
    }
    requirePermissions(path.toString(), status, directoryMode());
  }

  private void requirePermissions(String what, FileStatus status, int mode) throws IOException {
    requireOwner(what, status.owner(), status.group());
    int others = isShared() ? OTHERS_OF_GROUP : OTHERS_OF_OWNER;
    if ((status.permissions() & others) != 0) {
      throw new BadFileException(
          what,
          String.format(
              "has permissions %04o, expected %04o or stricter", status.permissions(), mode));
    }
  }

  /**
   * Fails unless something belongs to those who have access.
   *
   * @param what it is, for the message
   * @param owner its user
   * @param ofGroup its group
   * @throws BadFileException when it is somebody else's
   * @throws IOException when there is no such group
   */
  public void requireOwner(String what, int owner, int ofGroup) throws IOException {
    if (!owns(owner, ofGroup)) {
      throw new BadFileException(
          what,
          isShared()
              ? "belongs to user " + owner + " and group " + ofGroup + ", expected group " + gid()
              : "belongs to user " + owner + ", expected user " + Posix.getuid());
    }
  }

  /**
   * Returns whether a file belongs to those who have access.
   *
   * @param status of the file
   * @return false when it is somebody else's
   * @throws IOException when there is no such group
   */
  public boolean owns(FileStatus status) throws IOException {
    return owns(status.owner(), status.group());
  }

  /**
   * Returns whether something belongs to those who have access.
   *
   * @param owner its user
   * @param ofGroup its group
   * @return false when it is somebody else's
   * @throws IOException when there is no such group
   */
  public boolean owns(int owner, int ofGroup) throws IOException {
    return isShared() ? ofGroup == gid() : owner == Posix.getuid();
  }

  /**
   * Returns a suffix that distinguishes a directory of those who have access from those of others
   * with the same parent.
   *
   * @return for example {@code 1000} or {@code group-100}
   * @throws IOException when there is no such group
   */
  public String suffix() throws IOException {
    return isShared() ? "group-" + gid() : Integer.toString(Posix.getuid());
  }

  /** For display. */
  @Override
  public String toString() {
    return isShared() ? "group " + group : "owner";
  }
}
