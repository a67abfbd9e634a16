package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** Splits a stream of bytes into messages. One thread only. */
interface Framing {
  /** Takes what was read; the buffer becomes the framing's own. */
  void feed(Buffer bytes, Items items);

  /**
   * Called when the stream has ended: what is left is a message if its codec allows that, else it
   * is reported. What is fed next is another stream.
   */
  void end(Items items);

  /** Is told what is found. */
  interface Items {
    /** A message. */
    void onItem(Buffer bytes);

    /** Something that is not a message, which has been skipped. */
    void onBad(BadMessageException e);
  }
}
