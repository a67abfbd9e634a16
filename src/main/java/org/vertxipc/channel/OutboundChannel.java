package org.vertxipc.channel;

/** The writing end of a channel. One thread only: the reactor's. */
public interface OutboundChannel extends RecordSink {

  /**
   * Whether everything committed has left this process.
   *
   * @return false while bytes wait for room in the kernel
   */
  boolean isFlushed();

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
