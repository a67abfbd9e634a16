package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** A message is the result of one read. */
final class RawFraming implements Framing {
  @Override
  public void feed(Buffer bytes, Items items) {
    items.onItem(bytes);
  }

  @Override
  public void end(Items items) {
    // Nothing is ever incomplete.
  }
}
