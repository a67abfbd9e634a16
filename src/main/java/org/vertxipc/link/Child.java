package org.vertxipc.link;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.ChildProcess;
import org.vertxipc.posix.Environment;
import org.vertxipc.posix.Pipe;
import org.vertxipc.posix.Posix;

/**
 * A child that has just been started, and this side's ends of its pipes.
 *
 * @param process the child
 * @param guard ends the child when this JVM is killed
 * @param stdin to write to
 * @param stdout to read from
 * @param stderr to read from, or -1
 */
record Child(ChildProcess process, Guard guard, int stdin, int stdout, int stderr) {
  /** Where standard error goes. */
  private enum Stderr {
    /** To that of this process. */
    INHERIT,
    /** Line by line to events of the link. */
    EVENTS,
    /** To {@code /dev/null}. */
    DISCARD
  }

  private static final Path NOWHERE = Path.of("/dev/null");
  private static final int STDERR = 2;

  /** Starts the child. Waits until the command is loaded. */
  static Child spawn(PipeLinkOptions options) throws IOException {
    List<Integer> ours = new ArrayList<>();
    List<Integer> theirs = new ArrayList<>();
    boolean spawned = false;
    Guard guard = Guard.start(options);
    try {
      add(Pipe.toOther(), ours, theirs);
      add(Pipe.fromOther(), ours, theirs);
      int stderr = STDERR;
      switch (Constants.of(Stderr.class, options.getStderr())) {
        case EVENTS -> {
          add(Pipe.fromOther(), ours, theirs);
          stderr = theirs.get(STDERR);
        }
        case DISCARD -> {
          stderr = Posix.open(NOWHERE, Posix.O_WRONLY, 0);
          theirs.add(stderr);
        }
        case INHERIT -> {
          // Inherits that of this process.
        }
      }
      ChildProcess process =
          ChildProcess.spawn(
              options.getCommand(),
              options.getDirectory() == null ? null : Path.of(options.getDirectory()),
              Environment.inherited().with(options.getEnvironment()),
              theirs.get(0),
              theirs.get(1),
              stderr);
      guard.watch(process);
      spawned = true;
      int errors = ours.size() > 2 ? ours.get(2) : -1;
      return new Child(process, guard, ours.get(0), ours.get(1), errors);
    } finally {
      theirs.forEach(Cleanup::close);
      if (!spawned) {
        ours.forEach(Cleanup::close);
        guard.end();
      }
    }
  }

  /** Kills it and all of its group. Waits for the kernel. */
  void destroy() throws IOException {
    process.destroy();
    guard.end();
  }

  private static void add(Pipe pipe, List<Integer> ours, List<Integer> theirs) {
    ours.add(pipe.ours());
    theirs.add(pipe.theirs());
  }
}
