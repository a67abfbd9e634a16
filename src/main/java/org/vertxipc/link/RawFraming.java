package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** A message is what one read gave. */
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
