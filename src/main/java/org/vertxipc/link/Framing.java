package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** Takes a stream of bytes apart. One thread only. */
interface Framing {
  /** Takes what was read; the buffer becomes the framing's own. */
  void feed(Buffer bytes, Items items);

  /** The stream has ended: what is incomplete is told. */
  void end(Items items);

  /** Told of what is found. */
  interface Items {
    /** A message. */
    void onItem(Buffer bytes);

    /** Something that is no message, which has been skipped. */
    void onBad(BadMessageException e);
  }
}
