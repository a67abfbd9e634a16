package org.vertxipc.stream;

import java.nio.ByteBuffer;

/** A second view of the memory of a ring, with a position of its own. */
final class Window {
  private ByteBuffer memory;
  private ByteBuffer view;

  @SuppressWarnings("ReferenceEquality") // The contents say nothing of whose memory it is.
  ByteBuffer at(ByteBuffer buffer, int offset, int length) {
    if (memory != buffer) {
      memory = buffer;
      view = buffer.duplicate();
    }
    return view.limit(offset + length).position(offset);
  }

  void release() {
    memory = null;
    view = null;
  }
}
