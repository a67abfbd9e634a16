package org.vertxipc.channel;

/** Told what happens to the writing end. */
public interface OutboundHandler {
  /** There may be room, after a claim that was refused. */
  void onRoom();

  /**
   * The channel is broken; close it.
   *
   * @param cause why, or null when the reader is just gone
   */
  void onBroken(Throwable cause);
}
