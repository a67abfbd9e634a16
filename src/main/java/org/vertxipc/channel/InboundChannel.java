package org.vertxipc.channel;

/**
 * The reading end of a channel, made before the writer is told of it. One thread only: the
 * reactor's.
 */
public interface InboundChannel {
  /**
   * Starts to read.
   *
   * @param handler takes what comes
   */
  void start(InboundHandler handler);

  /**
   * Pauses or resumes: while it is paused no record is handed over, and the writer runs out of
   * room.
   *
   * @param paused whether to pause
   */
  void setPaused(boolean paused);

  /**
   * What somebody did to memory that both ends share, as by truncating its file.
   *
   * @return says what is left; null when it is whole
   */
  default Throwable damage() {
    return null;
  }

  /**
   * Closes this end and removes its files. Does nothing the second time; no handler is called after
   * it.
   */
  void close();
}
