package org.vertxipc.channel;

/** The writing end of a channel. One thread only: the reactor's. */
public interface OutboundChannel extends RecordSink {

  /**
   * Returns whether everything committed has left this process.
   *
   * @return false while bytes wait for room in the kernel
   */
  boolean isFlushed();

  /** Wakes the reader: {@link InboundHandler#onNudge} is called there. */
  void nudge();

  /**
   * Returns what somebody did to memory that both ends share, for example by truncating its file.
   *
   * @return an exception that says what is left; null when it is whole
   */
  default Throwable damage() {
    return null;
  }

  /** Closes this end. Does nothing the second time; no handler is called after it. */
  void close();
}
