package org.vertxipc.channel;

/** The writing end of a channel. One thread only: the reactor's. */
public interface OutboundChannel extends RecordSink {

  /**
   * Whether everything committed has left this process.
   *
   * @return false while bytes wait for room in the kernel
   */
  boolean isFlushed();

  /**
   * Whether what is written outlives both nodes.
   *
   * @return true for a store
   */
  default boolean isDurable() {
    return false;
  }

  /**
   * The longest frame that can wait in a store.
   *
   * @return in bytes; of no meaning for what is no store
   */
  default int maxDurable() {
    return 0;
  }

  /**
   * Flushes, and calls back when what is written by now is as safe as the configuration asks for.
   *
   * @param safe called on the reactor's thread, perhaps at once
   */
  default void whenSafe(Runnable safe) {
    safe.run();
  }

  /** Makes the reader look: {@link InboundHandler#onNudge} is called there. */
  void nudge();

  /**
   * What somebody did to memory that both ends share, as by truncating its file.
   *
   * @return says what is left; null when it is whole
   */
  default Throwable damage() {
    return null;
  }

  /** Closes this end. Does nothing the second time; no handler is called after it. */
  void close();
}
