package org.vertxipc.cluster;

import io.vertx.core.buffer.Buffer;
import org.vertxipc.machine.Bytes;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.SerializableBodies;

/**
 * Keys and values as bytes, in the form that bodies of messages have: their type, then what the
 * type says. Two keys are the same when their bytes are.
 */
public final class Values {
  private final SerializableBodies serializable;

  /**
   * Values of some classes.
   *
   * @param serializable which may use Java's own serialisation
   */
  public Values(SerializableBodies serializable) {
    this.serializable = serializable;
  }

  /** Returns the bytes of an object, or throws an exception that says why it has none. */
  Bytes encode(Object value) {
    EncodedBody body = EncodedBody.of(value, serializable);
    byte[] bytes = new byte[1 + body.bytes().length()];
    bytes[0] = (byte) body.type();
    body.bytes().getBytes(bytes, 1);
    return new Bytes(bytes);
  }

  /** Returns an object of its own at each call, null for null. */
  // Whoever has put it knows what it is.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  <T> T decode(Bytes value) {
    if (value == null) {
      return null;
    }
    byte[] bytes = value.array();
    if (bytes.length == 0) {
      throw new IllegalArgumentException("a value of no bytes");
    }
    Buffer rest = Buffer.buffer(bytes).slice(1, bytes.length);
    return (T) new EncodedBody(bytes[0], null, rest).decode(serializable);
  }
}
