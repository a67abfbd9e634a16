package org.vertxipc.posix;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that the kernel has given, and takes back when it is closed and not when the garbage
 * collector finds it. Not thread-safe.
 *
 * <p>After {@link #close} the memory is gone: nobody may touch a buffer taken from {@link #buffer}.
 * The owner keeps its buffers private for that reason.
 */
abstract class ForeignMemory implements AutoCloseable {
  private long address;
  private ByteBuffer buffer;

  ForeignMemory(long address, int size, boolean readOnly) {
    this.address = address;
    ByteBuffer bytes = MemoryIO.getInstance().newDirectByteBuffer(address, size);
    this.buffer = (readOnly ? bytes.asReadOnlyBuffer() : bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * Returns the bytes, in native order.
   *
   * @return the one buffer of this memory
   */
  public final ByteBuffer buffer() {
    if (buffer == null) {
      throw new IllegalStateException("the memory is closed");
    }
    return buffer;
  }

  /** Gives the memory back. Does nothing the second time. */
  @Override
  public final void close() throws PosixException {
    if (address != 0) {
      long a = address;
      address = 0;
      buffer = null;
      giveBack(a);
    }
  }

  abstract void giveBack(long at) throws PosixException;
}
