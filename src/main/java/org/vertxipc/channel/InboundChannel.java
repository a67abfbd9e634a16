package org.vertxipc.channel;

/**
 * The reading end of a channel, made before the writer knows about it. One thread only: the
 * reactor's.
 */
public interface InboundChannel {
  /**
   * Starts reading.
   *
   * @param handler takes what is read
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
   * Returns what somebody did to memory that both ends share, for example by truncating its file.
   *
   * @return an exception that says what is left; null when it is whole
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
