package org.vertxipc.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.FileLock;
import org.vertxipc.posix.FileStatus;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;

/**
 * The files of a journal: each has the position of its first byte as its name, and they follow each
 * other without a gap. All methods may block: they are called on a worker thread.
 */
public final class JournalDirectory {
  private static final String SUFFIX = ".journal";
  private static final String LOCK = "writer.lock";
  private static final Pattern NAME = Pattern.compile("([0-9]{19})\\.journal");

  private final Path path;

  /**
   * Creates a directory object.
   *
   * @param path of the directory
   */
  public JournalDirectory(Path path) {
    this.path = path;
  }

  /**
   * Makes the directory if it does not exist.
   *
   * @throws PosixException when it can't be made
   */
  public void ensure() throws PosixException {
    try {
      Posix.mkdir(path, 0700);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
    }
  }

  /**
   * Takes the writer's lock, which ends with the process.
   *
   * @return the descriptor that holds it
   * @throws IOException when another process has it
   */
  public int lock() throws IOException {
    Path file = path.resolve(LOCK);
    int fd = Posix.open(file, Posix.O_RDWR | Posix.O_CREAT, 0600);
    try {
      if (!FileLock.tryLock(fd, file)) {
        throw new IOException("The journal in " + path + " already has a writer");
      }
      return fd;
    } catch (IOException | RuntimeException e) {
      Posix.close(fd);
      throw e;
    }
  }

  Path file(long base) {
    return path.resolve(String.format("%019d%s", base, SUFFIX));
  }

  /**
   * Returns the path where a file is made before it gets its name, so that others see it complete
   * or not at all.
   */
  Path draft(long base) {
    return path.resolve(String.format("%019d.new", base));
  }

  boolean exists() throws PosixException {
    FileStatus status = Posix.lstat(path);
    return status != null && status.isDirectory();
  }

  /** Waits until the names of files are on the disk. */
  void sync() throws PosixException {
    int fd = Posix.open(path, Posix.O_RDONLY, 0);
    try {
      Posix.sync(fd, path);
    } finally {
      Posix.close(fd);
    }
  }

  /** Returns the positions at which files start, in order. */
  NavigableSet<Long> bases() throws IOException {
    NavigableSet<Long> bases = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*" + SUFFIX)) {
      for (Path file : files) {
        Matcher m = NAME.matcher(file.getFileName().toString());
        if (m.matches()) {
          bases.add(Long.parseLong(m.group(1)));
        }
      }
    }
    return bases;
  }

  /**
   * Removes the oldest files.
   *
   * @param keep how many are kept, at least 1
   * @throws IOException when one can't be removed
   */
  public void retain(int keep) throws IOException {
    NavigableSet<Long> bases = bases();
    while (bases.size() > keep) {
      Posix.unlink(file(bases.pollFirst()));
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
