package org.vertxipc.channel;

/**
 * The reading end of a store: of records that outlive the nodes, until they are released. It stays
 * open while writers come and go. One thread only: the reactor's.
 */
public interface DurableInbound {
  /**
   * Starts to read, with what was not released.
   *
   * @param handler takes what comes
   */
  void start(InboundHandler handler);

  /**
   * The number of the record at hand: higher than that of every record before it of the same
   * writer, also over restarts.
   *
   * @return a position
   */
  long sequence();

  /**
   * Whether the record at hand may have been handed over before, by a process that is dead.
   *
   * @return true for those that it had reached
   */
  boolean isRedelivered();

  /**
   * The position behind the record at hand.
   *
   * @return to be given to {@link #release}
   */
  long end();

  /**
   * Lets the writer have the room of everything before a position: it is not handed over again.
   *
   * @param end a position that {@link #end} gave, not before the last one
   */
  void release(long end);

  /**
   * Pauses or resumes.
   *
   * @param paused whether to pause
   */
  void setPaused(boolean paused);

  /**
   * Whether everything has been handed over, released or not.
   *
   * @return true when nothing more is there now
   */
  boolean isDrained();

  /**
   * Closes it; what was not released stays.
   *
   * @param remove whether to remove the file
   */
  void close(boolean remove);
}
