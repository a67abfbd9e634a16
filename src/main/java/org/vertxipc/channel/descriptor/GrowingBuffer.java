package org.vertxipc.channel.descriptor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vertxipc.posix.Posix;

/**
 * Memory outside the heap that starts small and grows with use: a node on a bus of a hundred nodes
 * has two hundred of them, and most see little traffic. One thread only.
 */
final class GrowingBuffer {
  private static final int MAX_BYTES = 256 * 1024;
  private static final int MIN_BYTES = 4 * 1024;

  private ByteBuffer bytes = ByteBuffer.allocateDirect(MIN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long address = Posix.address(bytes);

  /** Returns the memory, valid until it grows. */
  ByteBuffer bytes() {
    return bytes;
  }

  long address() {
    return address;
  }

  int capacity() {
    return bytes.capacity();
  }

  /** Doubles the memory, if its limit allows, and keeps the first bytes. */
  boolean grow(int kept) {
    if (bytes.capacity() == MAX_BYTES) {
      return false;
    }
    ByteBuffer larger =
        ByteBuffer.allocateDirect(bytes.capacity() * 2).order(ByteOrder.LITTLE_ENDIAN);
    larger.put(0, bytes, 0, kept);
    bytes = larger;
    address = Posix.address(larger);
    return true;
  }
}
