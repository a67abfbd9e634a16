package org.vertxipc.channel;

/** Is told what happens to the writing end, perhaps within a call to it. */
public interface OutboundHandler {
  /** There may be room, after a record that was refused. */
  void onRoom();

  /**
   * Nothing more can be written; close it, in a turn of its own. This may be called again until
   * then.
   *
   * @param cause what was wrong, or null when the reader is just gone
   */
  void onBroken(Throwable cause);
}
