package org.vertxipc.bench;

/**
 * One way of messages of 64 bytes, of which the first eight are a tag. One thread only on each
 * side.
 */
interface ByteLink {
  int BYTES = 64;

  /** Writes a message; false when there is no room now. */
  boolean write(long tag);

  /** Makes what was written visible. */
  void flush();

  /** Takes what is there, up to some bound of the link's own; the number of messages. */
  int poll(TagHandler handler);

  /** Takes the tag of a message. */
  @FunctionalInterface
  interface TagHandler {
    void onTag(long tag);
  }
}
