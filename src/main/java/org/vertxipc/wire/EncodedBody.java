package org.vertxipc.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A body in the form it has in a frame: one that is passed on as it came, or was encoded before its
 * receiver is known.
 *
 * @param type one of the types that {@code docs/wire.md} lists
 * @param codecName the user's codec that made it, or null
 * @param bytes the bytes, which nobody changes
 */
public record EncodedBody(int type, String codecName, Buffer bytes) {
  // A shorter text is written in place.
  private static final int LONG = 96;

  /**
   * Encodes with a user's codec.
   *
   * @param codec the codec
   * @param body of a type that it takes
   * @param <S> what the codec takes
   * @return the body
   */
  public static <S> EncodedBody of(MessageCodec<S, ?> codec, S body) {
    Buffer encoded = Buffer.buffer();
    codec.encodeToWire(encoded, body);
    return new EncodedBody(BodyType.USER, codec.name(), encoded);
  }

  /**
   * Encodes a body of a type that Vert.x knows.
   *
   * @param body may be null
   * @param serializable which bodies use Java's own serialisation
   * @return the body
   * @throws IllegalArgumentException when the type needs a codec
   */
  public static EncodedBody of(Object body, SerializableBodies serializable) {
    BodyEncoder encoder = new BodyEncoder(serializable);
    encoder.prepare(body);
    byte[] bytes = new byte[encoder.length()];
    encoder.write(ByteBuffer.wrap(bytes), 0);
    return new EncodedBody(encoder.type(), encoder.codecName(), Buffer.buffer(bytes));
  }

  /**
   * Encodes JSON in its binary form, which is a copy that no longer depends on the object.
   *
   * @param json any body
   * @return null when it is no JSON, or has to go as text
   */
  public static EncodedBody binaryOf(Object json) {
    boolean object = json instanceof JsonObject;
    if (!(object || json instanceof JsonArray) || !BinaryJson.isPlain(json)) {
      return null;
    }
    JsonWriter writer = new JsonWriter();
    if (!writer.write(json)) {
      return null;
    }
    Buffer bytes = Buffer.buffer(Arrays.copyOf(writer.bytes(), writer.length()));
    return new EncodedBody(object ? BodyType.BINARY_OBJECT : BodyType.BINARY_ARRAY, null, bytes);
  }

  /**
   * Encodes a body that goes to several nodes, if that is more than copying its bytes.
   *
   * @param body may be null
   * @return the body, or what it was encoded as
   */
  public static Object onceFor(Object body) {
    if (body instanceof String s && s.length() > LONG) {
      byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
      return new EncodedBody(BodyType.STRING, null, Buffer.buffer(bytes));
    }
    EncodedBody json = binaryOf(body);
    return json == null ? body : json;
  }

  /**
   * Returns whether JSON would be encoded as its copy would be, so that it needs no copy if that
   * happens at once.
   *
   * @param json a JsonObject or JsonArray
   * @return false when only a copy is sure to be encoded as such
   */
  public static boolean isPlain(Object json) {
    return BinaryJson.isPlain(json);
  }

  /**
   * Makes the object, when there is no user's codec.
   *
   * @param serializable which bodies Java's own deserialisation may create
   * @return a new object at each call
   * @throws RuntimeException when the bytes are not a valid one
   */
  public Object decode(SerializableBodies serializable) {
    ByteBuffer in = ((BufferInternal) bytes).unwrap().nioBuffer();
    return new BodyDecoder(serializable).decode(type, in, 0, bytes.length());
  }

  /**
   * Returns whether several consumers may share the object.
   *
   * @return false for buffers, JSON and other mutable objects
   */
  public boolean isImmutable() {
    return BodyType.isImmutable(type);
  }
}
