package org.vertxipc.link;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A child process.
 *
 * @param link what all links need to know
 * @param command the file, looked for in {@code PATH}, and its arguments
 * @param directory its working directory, null for that of this process
 * @param environment variables beside those of this process, or instead of them
 * @param stderr where its standard error goes
 * @param restart when it is started again
 * @param restartMinMillis the first wait before that; each further one is twice as long
 * @param restartMaxMillis the longest; a child that ran for so long starts over with the first
 * @param eofMillis how long a stop waits after its standard input was closed
 * @param termMillis how long it waits then, after SIGTERM and before SIGKILL
 */
public record PipeConfig(
    LinkConfig link,
    List<String> command,
    Path directory,
    Map<String, String> environment,
    Stderr stderr,
    Restart restart,
    long restartMinMillis,
    long restartMaxMillis,
    long eofMillis,
    long termMillis) {

  /** Where standard error goes. */
  public enum Stderr {
    /** Where that of this process goes. */
    INHERIT,
    /** Its lines are events of the link. */
    EVENTS,
    /** To {@code /dev/null}. */
    DISCARD
  }

  /** When a child that has ended is started again. */
  public enum Restart {
    /** Never. */
    NEVER,
    /** When it did not end with status 0. */
    ON_FAILURE,
    /** Always. */
    ALWAYS
  }
}
