package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Gathers whole frames: each is preceded by its length, as an int in network byte order. Whoever
 * takes frames out of a stream would otherwise gather them in a buffer that grows, would copy what
 * is left of it each time, and would gather as much as a length says. Only what has arrived takes
 * memory here.
 */
final class Frames implements Gatherer {
  private static final int MOST = 64 * 1024;
  private static final int LEAST = 256;
  // A longer frame gets its memory as it comes.
  private static final int AT_ONCE = 16 << 20;

  private final Consumer<ByteBuf> handler;
  private final int longest;
  private final Window window = new Window();
  private ByteBuf gathered;
  // Where the last whole frame ends, and how long the one behind it is with its length: 0 when that
  // is not known yet.
  private int whole;
  private long next;

  /**
   * Gathers for a handler.
   *
   * @param handler takes whole frames, which it releases
   * @param longest the longest frame that is accepted, in bytes
   */
  Frames(Consumer<ByteBuf> handler, int longest) {
    this.handler = handler;
    this.longest = longest;
  }

  @Override
  public void read(ByteBuffer buffer, int at, int length) {
    if (gathered == null) {
      // Not from a pool: Vert.x copies what is from a pool.
      gathered = Unpooled.buffer(Math.max(length, LEAST));
    }
    if (gathered.writableBytes() < length) {
      grow(length);
    }
    gathered.writeBytes(window.at(buffer, at, length));
    advance();
    if (whole >= MOST) {
      fire();
    }
  }

  /**
   * To twice the size, because each step copies what is there. A long frame takes no memory beyond
   * its end; behind the end of a short one there is room for the next.
   */
  private void grow(int length) {
    long needed = (long) gathered.writerIndex() + length;
    long most = Math.min(2L * gathered.capacity(), Math.max(MOST + (long) LEAST, whole + next));
    gathered.capacity((int) Math.min(Math.max(needed, most), Integer.MAX_VALUE - LEAST));
  }

  private void advance() {
    int end = gathered.writerIndex();
    while (true) {
      if (next == 0) {
        if (end - whole < Integer.BYTES) {
          return;
        }
        int length = gathered.getInt(whole);
        if (length < 0 || length > longest) {
          throw new IllegalArgumentException(
              "the other end announces a message of "
                  + length
                  + " bytes, accepted are 0 to "
                  + longest);
        }
        next = Integer.BYTES + (long) length;
      }
      if (end - whole < next) {
        return;
      }
      whole += (int) next;
      next = 0;
    }
  }

  @Override
  public void fire() {
    if (whole == 0) {
      return;
    }
    ByteBuf frames = gathered;
    int rest = frames.writerIndex() - whole;
    gathered = null;
    if (rest > 0) {
      int room = (int) Math.min(Math.max(next, LEAST), AT_ONCE);
      gathered = Unpooled.buffer(Math.max(room, rest)).writeBytes(frames, whole, rest);
      frames.writerIndex(whole);
    }
    whole = 0;
    handler.accept(frames);
  }

  @Override
  public void release() {
    // It has no memory of a pool.
    gathered = null;
    window.release();
  }
}
