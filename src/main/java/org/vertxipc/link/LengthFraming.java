package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/**
 * A message is preceded by its length as a little-endian int. After an impossible length there is
 * no way to find the next message, so the rest of the stream is skipped.
 */
final class LengthFraming implements Framing {
  private final int maxMessage;
  private Buffer partial = Buffer.buffer();
  private boolean lost;

  LengthFraming(int maxMessage) {
    this.maxMessage = maxMessage;
  }

  @Override
  public void feed(Buffer bytes, Items items) {
    if (lost) {
      return;
    }
    Buffer all = partial.length() == 0 ? bytes : partial.appendBuffer(bytes);
    int at = 0;
    while (all.length() - at >= Integer.BYTES) {
      int length = all.getIntLE(at);
      if (length < 0 || length > maxMessage) {
        lost = true;
        partial = Buffer.buffer();
        String reason =
            "frame of "
                + length
                + " bytes, at most "
                + maxMessage
                + " are accepted; what follows"
                + " is skipped";
        items.onBad(new BadMessageException(reason, all.getBuffer(at, all.length()), null));
        return;
      }
      if (all.length() - at - Integer.BYTES < length) {
        break;
      }
      at += Integer.BYTES;
      items.onItem(all.getBuffer(at, at + length));
      at += length;
    }
    partial = at == all.length() ? Buffer.buffer() : all.getBuffer(at, all.length());
  }

  @Override
  public void end(Items items) {
    if (partial.length() > 0) {
      items.onBad(new BadMessageException("frame without its end", partial, null));
      partial = Buffer.buffer();
    }
    lost = false;
  }
}
