package org.vertxipc.bench;

/**
 * A one-way link for messages of 64 bytes, whose first eight are a tag. One thread only on each
 * side.
 */
interface ByteLink {
  int BYTES = 64;

  /** Writes a message; returns false when there is no room now. */
  boolean write(long tag);

  /** Makes what was written visible. */
  void flush();

  /** Reads what is there, up to a bound of the link; returns the number of messages. */
  int poll(TagHandler handler);

  /** Takes the tag of a message. */
  @FunctionalInterface
  interface TagHandler {
    void onTag(long tag);
  }
}
