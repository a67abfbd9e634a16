package org.vertxipc.channel;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes channels of one kind. The reader creates a channel under a base path, in a directory that
 * only its user can enter, and the writer opens it there.
 */
public interface Transport {
  /**
   * Checks, before the node connects to anybody, that it can receive on this transport, and removes
   * leftovers of dead nodes that no bus directory names. For the check it makes what a channel
   * needs once, for a moment. May block; called on a worker thread.
   *
   * @param directory of this node's channels
   * @throws IOException naming what is too small, or is in the way
   */
  void prepare(Path directory) throws IOException;

  /**
   * Creates the files of a channel and opens the reading end. May block on the file system; called
   * on a worker thread.
   *
   * @param base the path without suffix
   * @param writerPid the process that will write, 0 when it is not known
   * @return the reading end, not started
   * @throws IOException when it can't be made, after everything is removed again
   */
  InboundChannel createInbound(Path base, long writerPid) throws IOException;

  /**
   * Opens the writing end of a channel that another process made. Called on the reactor's thread.
   *
   * @param base the path without suffix
   * @param handler is told what happens
   * @return the writing end
   * @throws IOException when it does not exist, is not ours, has no reader, or is malformed
   */
  OutboundChannel openOutbound(Path base, OutboundHandler handler) throws IOException;

  /** Releases what channels share, after all of them are closed. */
  void close();
}
