package org.vertxipc.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory for thousands of states, each of which needs a little, out of larger pieces. */
public final class Slabs {
  private static final int STATES = 256;

  private final int bytes;
  private final ThreadLocal<ByteBuffer> slabs;

  /**
   * Slabs for states that need that many bytes each.
   *
   * @param bytes for each
   */
  public Slabs(int bytes) {
    this.bytes = bytes;
    this.slabs = ThreadLocal.withInitial(this::allocate);
  }

  private ByteBuffer allocate() {
    return ByteBuffer.allocateDirect(STATES * bytes);
  }

  /**
   * Returns memory for the next state, which nobody has used.
   *
   * @return zeros
   */
  public ByteBuffer next() {
    ByteBuffer slab = slabs.get();
    if (slab.remaining() < bytes) {
      slab = allocate();
      slabs.set(slab);
    }
    ByteBuffer next = slab.slice(slab.position(), bytes).order(ByteOrder.nativeOrder());
    slab.position(slab.position() + bytes);
    return next;
  }
}
