package org.vertxipc.testing.mesh;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.Arrays;

/** A body with a user's codec, which its sender changes after it was sent. */
final class MeshNote {
  private final long id;
  private final byte[] text;

  MeshNote(long id, byte[] text) {
    this.id = id;
    this.text = text;
  }

  long id() {
    return id;
  }

  /** Makes it useless to whoever has not taken a copy. */
  void spoil() {
    Arrays.fill(text, (byte) -1);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof MeshNote other && id == other.id && Arrays.equals(text, other.text);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  /** Copies for consumers of the same Vert.x, as a codec has to. */
  static final class Codec implements MessageCodec<MeshNote, MeshNote> {
    @Override
    public void encodeToWire(Buffer buffer, MeshNote note) {
      buffer.appendLong(note.id).appendInt(note.text.length).appendBytes(note.text);
    }

    @Override
    public MeshNote decodeFromWire(int pos, Buffer buffer) {
      int length = buffer.getInt(pos + 8);
      return new MeshNote(buffer.getLong(pos), buffer.getBytes(pos + 12, pos + 12 + length));
    }

    @Override
    public MeshNote transform(MeshNote note) {
      return new MeshNote(note.id, note.text.clone());
    }

    @Override
    public String name() {
      return "mesh-note";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
