package org.vertxipc.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A child of this process ({@code posix_spawn(3)}), with standard descriptors of the caller's
 * choice and no others. It leads a process group of its own, so that a signal also reaches its
 * children, and starts with no signal blocked. A descriptor reports its end ({@code
 * pidfd_open(2)}), so that no thread has to wait. Not thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  /** The signal that asks a process to end, {@code SIGTERM}. */
  public static final int SIGTERM = 15;

  /** The signal that ends a process, {@code SIGKILL}. */
  public static final int SIGKILL = 9;

  private static final String DEFAULT_PATH = "/bin:/usr/bin";
  // After these execvp(3) goes on with the next entry of PATH.
  private static final Set<Errno> NOT_HERE = Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);
  private static final int SIGPIPE = 13;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final int WNOHANG = 1;
  private static final short SETPGROUP_SIGDEF_SIGMASK = 0x02 | 0x04 | 0x08;
  // Each is at least as large as that of glibc and of musl.
  private static final int FILE_ACTIONS_BYTES = 256;
  private static final int ATTRIBUTES_BYTES = 512;
  private static final int SIGSET_BYTES = 128;

  private final int pid;
  private int endFd = -1;
  private ExitStatus status;
  private boolean closed;

  private ChildProcess(int pid) {
    this.pid = pid;
  }

  /**
   * Starts a child. Waits until the command is loaded: call it on a worker thread.
   *
   * @param command the file, which is searched in the {@code PATH} of its environment as {@code
   *     execvp(3)} does, and its arguments; the child gets them in UTF-8
   * @param directory its working directory, null for that of this process
   * @param environment its environment
   * @param stdin its standard input
   * @param stdout its standard output
   * @param stderr its standard error
   * @return the child
   * @throws IOException when the command or the directory does not exist or is not permitted
   */
  public static ChildProcess spawn(
      List<String> command,
      Path directory,
      Environment environment,
      int stdin,
      int stdout,
      int stderr)
      throws IOException {
    Struct actions = new Struct(FILE_ACTIONS_BYTES);
    Struct attributes = new Struct(ATTRIBUTES_BYTES);
    check(LibSpawn.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", "");
    check(LibSpawn.posix_spawnattr_init(attributes), "posix_spawnattr_init", "");
    try {
      describe(actions, directory, new int[] {stdin, stdout, stderr});
      Struct signals = new Struct(SIGSET_BYTES);
      check(
          LibSpawn.posix_spawnattr_setsigmask(attributes, signals),
          "posix_spawnattr_setsigmask",
          "");
      signals.putLong(0, 1L << (SIGPIPE - 1));
      check(
          LibSpawn.posix_spawnattr_setsigdefault(attributes, signals),
          "posix_spawnattr_setsigdefault",
          "");
      check(LibSpawn.posix_spawnattr_setpgroup(attributes, 0), "posix_spawnattr_setpgroup", "");
      check(
          LibSpawn.posix_spawnattr_setflags(attributes, SETPGROUP_SIGDEF_SIGMASK),
          "posix_spawnattr_setflags",
          "");
      Struct pid = new Struct(Integer.BYTES);
      byte[] path = command.get(0).contains("/") ? null : path(environment);
      Struct argv = strings(command.stream().map(Environment::bytes).toList());
      Struct envp = strings(environment.variables());
      int error = Errno.ENOENT.number();
      for (byte[] name : files(command.get(0), path)) {
        Struct file = Struct.string(name);
        int found = LibSpawn.posix_spawn(pid, file, actions, attributes, argv, envp);
        if (!NOT_HERE.contains(Errno.of(found))) {
          error = found;
          break;
        }
        // What may not be run is said when nothing else is found.
        error = Errno.of(found) == Errno.EACCES ? found : error;
      }
      check(error, "posix_spawn", subject(command, directory, path));
      return new ChildProcess(pid.getInt(0));
    } finally {
      LibSpawn.posix_spawn_file_actions_destroy(actions);
      LibSpawn.posix_spawnattr_destroy(attributes);
    }
  }

  /** Returns the last part of a message that says what can't be started. */
  private static String subject(List<String> command, Path directory, byte[] path) {
    StringBuilder subject = new StringBuilder(String.join(" ", command));
    if (directory != null) {
      subject.append(" in ").append(directory);
    }
    // In a directory that is not there nothing was looked for.
    if (path != null && (directory == null || Files.isDirectory(directory))) {
      subject.append(", PATH=").append(new String(path, StandardCharsets.UTF_8));
    }
    return subject.toString();
  }

  /** The child's own PATH, because {@code posix_spawnp(3)} takes that of this process. */
  private static byte[] path(Environment environment) {
    byte[] path = environment.get("PATH");
    return path == null ? Environment.bytes(DEFAULT_PATH) : path;
  }

  /** Returns the files that a command may be, in the order in which {@code execvp(3)} tries. */
  private static List<byte[]> files(String command, byte[] path) {
    if (path == null || command.isEmpty()) {
      return List.of(Environment.bytes(command));
    }
    // Each byte becomes a character and a byte again, whatever they mean.
    String name = new String(Environment.bytes(command), StandardCharsets.ISO_8859_1);
    return Arrays.stream(new String(path, StandardCharsets.ISO_8859_1).split(":", -1))
        .map(entry -> (entry.isEmpty() ? "." : entry) + "/" + name)
        .map(file -> file.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }

  private static void describe(Struct actions, Path directory, int[] standard)
      throws PosixException {
    for (int fd = 0; fd < standard.length; fd++) {
      check(
          LibSpawn.posix_spawn_file_actions_adddup2(actions, standard[fd], fd),
          "posix_spawn_file_actions_adddup2",
          standard[fd] + ", " + fd);
    }
    if (directory != null) {
      check(
          LibSpawn.posix_spawn_file_actions_addchdir_np(actions, directory.toString()),
          "posix_spawn_file_actions_addchdir_np",
          directory);
    }
    try {
      // Our descriptors are close-on-exec, but those of other code in this JVM may not be.
      check(
          LibSpawn.posix_spawn_file_actions_addclosefrom_np(actions, standard.length),
          "posix_spawn_file_actions_addclosefrom_np",
          standard.length);
    } catch (UnsatisfiedLinkError e) {
      assert e.getMessage() != null : "before glibc 2.34 the flag alone has to do";
    }
  }

  /** Returns a null-terminated array of null-terminated strings, in one block of memory. */
  private static Struct strings(List<byte[]> strings) {
    int at = (strings.size() + 1) * Long.BYTES;
    int size = at;
    for (byte[] bytes : strings) {
      size += bytes.length + 1;
    }
    Struct memory = new Struct(size);
    for (int i = 0; i < strings.size(); i++) {
      byte[] bytes = strings.get(i);
      memory.put(at, bytes);
      memory.putLong(i * Long.BYTES, memory.address() + at);
      at += bytes.length + 1;
    }
    return memory;
  }

  private static void check(int error, String call, Object subject) throws PosixException {
    if (error != 0) {
      throw new PosixException(call, subject.toString(), error);
    }
  }

  /**
   * Returns its process id, which no other process gets before {@link #reap} has returned its end.
   *
   * @return the id
   */
  public int pid() {
    return pid;
  }

  /**
   * Opens a descriptor that is readable once the child has ended, {@code pidfd_open(2)}.
   *
   * @return the descriptor, the same each time, which this object closes
   * @throws PosixException when the kernel, or a filter in front of it, does not know the call:
   *     {@link #reap} tells nevertheless whether the child has ended
   */
  public int endFd() throws PosixException {
    if (endFd < 0) {
      endFd = (int) LibC.syscall(SYS_PIDFD_OPEN, pid, 0);
      if (endFd < 0) {
        throw new PosixException("pidfd_open", "process " + pid, Posix.lastError());
      }
    }
    return endFd;
  }

  /**
   * Sends a signal to the child and all of its group. Does nothing when it has ended.
   *
   * @param signal for example {@link #SIGTERM}
   * @throws PosixException when it is not permitted
   */
  public void signal(int signal) throws PosixException {
    if (status == null && LibC.kill(-pid, signal) < 0) {
      int error = Posix.lastError();
      if (Errno.of(error) != Errno.ESRCH) {
        throw new PosixException("kill", "group " + pid + ", " + signal, error);
      }
    }
  }

  /**
   * Reaps the child if it has ended, so that it is no zombie; see {@code waitpid(2)}.
   *
   * @return how it ended, or null when it has not
   * @throws PosixException when it is no child of this process any more
   */
  public ExitStatus reap() throws PosixException {
    if (status == null) {
      Struct word = new Struct(Integer.BYTES);
      int result = LibC.waitpid(pid, word, WNOHANG);
      if (result < 0) {
        throw new PosixException("waitpid", "process " + pid, Posix.lastError());
      }
      status = result == 0 ? null : ExitStatus.ofWait(word.getInt(0));
    }
    return status;
  }

  /**
   * Kills the child at once and reaps it. This waits for the kernel: call it on a worker thread.
   *
   * @throws PosixException when it is not permitted
   */
  public void destroy() throws PosixException {
    signal(SIGKILL);
    if (status == null) {
      LibC.waitpid(pid, new Struct(Integer.BYTES), 0);
    }
    close();
  }

  /** Closes the descriptor. Does nothing the second time. */
  @Override
  public void close() throws PosixException {
    if (!closed) {
      closed = true;
      if (endFd >= 0) {
        Posix.close(endFd);
      }
    }
  }
}
