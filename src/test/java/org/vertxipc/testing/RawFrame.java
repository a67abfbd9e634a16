package org.vertxipc.testing;

import java.nio.ByteBuffer;
import org.vertxipc.wire.FrameWriter;

/** Bytes that go as a frame, whatever they are. */
public final class RawFrame implements FrameWriter {
  private final byte[] bytes;

  public RawFrame(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int length() {
    return bytes.length;
  }

  @Override
  public void write(ByteBuffer out, int offset) {
    out.put(offset, bytes);
  }
}
