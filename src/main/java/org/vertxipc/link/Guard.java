package org.vertxipc.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.ChildProcess;
import org.vertxipc.posix.Environment;
import org.vertxipc.posix.Pipe;
import org.vertxipc.posix.Posix;

/**
 * Ends a child when this JVM was killed, which no code of the JVM can do: a shell that waits for
 * the end of a pipe whose writing end only this JVM holds, and then ends the child's process group
 * as a stop of the link does. {@code PR_SET_PDEATHSIG} would have to be set between fork and exec,
 * where Java can't run code, belongs to the thread that forks, and reaches no grandchild.
 *
 * <p>The shell is another child of this JVM, so that nothing changes for the one that it guards. It
 * is there before that one, and is told whom to guard as soon as that is known. Used on worker
 * threads, because it waits for processes.
 */
final class Guard {
  // Steps of a tenth of a second each. A group is named after "--", which dash reads behind "-s"
  // alone.
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      read -r group || exit 0
      read -r end
      gone() {
        left=$1
        while kill -s 0 -- "-$group"; do
          [ "$left" -gt 0 ] || return 1
          left=$((left - 1))
          sleep 0.1 || sleep 1
        done
      }
      gone "$1" && exit 0
      kill -s TERM -- "-$group"
      gone "$2" || kill -s KILL -- "-$group"
      """;

  private static final long STEP_MILLIS = 100;
  private static final String SHELL = "/bin/sh";
  private static final Path ROOT = Path.of("/");
  private static final Path NOWHERE = Path.of("/dev/null");

  private final ChildProcess shell;
  private final int pipe;
  private String failure;

  private Guard(ChildProcess shell, int pipe, String failure) {
    this.shell = shell;
    this.pipe = pipe;
    this.failure = failure;
  }

  /** Starts a guard that guards nobody yet. Never fails: {@link #failure} says what is wrong. */
  static Guard start(PipeLinkOptions options) {
    try {
      Pipe pipe = Pipe.toOther();
      boolean started = false;
      try {
        Guard guard = new Guard(shell(options, pipe.theirs()), pipe.ours(), null);
        started = true;
        return guard;
      } finally {
        Cleanup.close(pipe.theirs());
        if (!started) {
          Cleanup.close(pipe.ours());
        }
      }
    } catch (IOException e) {
      return new Guard(null, -1, e.getMessage());
    }
  }

  private static ChildProcess shell(PipeLinkOptions options, int stdin) throws IOException {
    int nowhere = Posix.open(NOWHERE, Posix.O_WRONLY, 0);
    try {
      return ChildProcess.spawn(
          List.of(
              SHELL,
              "-c",
              SCRIPT,
              "vertx-ipc-guard",
              steps(options.getEofMillis()),
              steps(options.getTermMillis())),
          ROOT,
          // Without a PATH the shell has a default.
          Environment.inherited().only("PATH"),
          stdin,
          nowhere,
          nowhere);
    } finally {
      Cleanup.close(nowhere);
    }
  }

  private static String steps(long millis) {
    return Long.toString((millis + STEP_MILLIS - 1) / STEP_MILLIS);
  }

  /** Says whom to guard: a child that leads its process group. */
  void watch(ChildProcess child) {
    if (shell != null) {
      byte[] line = (child.pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      ByteBuffer bytes = ByteBuffer.allocateDirect(line.length).put(line);
      try {
        // Such a line fits into an empty pipe.
        Posix.write(pipe, Posix.address(bytes), line.length);
      } catch (IOException e) {
        failure = e.getMessage();
      }
    }
  }

  /** Returns why the child is not guarded, null if it is. */
  String failure() {
    return failure;
  }

  /** Lets the child go: it has ended. */
  void end() throws IOException {
    if (shell != null) {
      shell.destroy();
      Cleanup.close(pipe);
    }
  }
}
