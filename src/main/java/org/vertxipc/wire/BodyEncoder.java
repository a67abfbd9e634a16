package org.vertxipc.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.ClusterSerializable;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.vertxipc.json.JsonText;

/**
 * Measures a body, then writes it in place. Bodies of the common types are written without a copy
 * in between. Holds one body at a time and is reused for the next.
 */
final class BodyEncoder {
  private final SerializableBodies serializable;
  private int type;
  private int length;
  private String codecName;
  private Object value;
  private long number;
  // Whether the receiver takes the binary form of JSON.
  private boolean takesBinary;
  // What the binary form was made of.
  private Object json;
  // Made when the first body needs it.
  private JsonWriter writer;

  BodyEncoder(SerializableBodies serializable) {
    this.serializable = serializable;
  }

  /** Says whether the bodies from now on are for somebody who takes the binary form of JSON. */
  void takesBinary(boolean takes) {
    takesBinary = takes && BinaryJson.USED;
  }

  /** Returns whether the body is in the binary form of JSON. */
  boolean isBinary() {
    return BodyType.isBinaryJson(type);
  }

  /** Replaces the binary form of JSON by its text. */
  void asText() {
    if (json instanceof EncodedBody encoded) {
      prepareText(encoded.decode(serializable));
    } else {
      prepareText(json);
    }
  }

  /**
   * Takes a body of a type that Vert.x knows.
   *
   * @throws IllegalArgumentException when it needs a codec, or is JSON that nobody could read
   */
  void prepare(Object body) {
    codecName = null;
    value = body;
    json = null;
    if (body == null) {
      set(BodyType.NULL, 0);
    } else if (body instanceof Buffer b) {
      set(BodyType.BUFFER, b.length());
    } else if (body instanceof String s) {
      set(BodyType.STRING, Utf8.length(s));
    } else if (body instanceof JsonObject || body instanceof JsonArray) {
      prepareJson(body);
    } else if (body instanceof byte[] bytes) {
      set(BodyType.BYTES, bytes.length);
    } else if (body instanceof Integer n) {
      prepareNumber(BodyType.INT, 4, n);
    } else if (body instanceof Long n) {
      prepareNumber(BodyType.LONG, 8, n);
    } else if (body instanceof Float n) {
      prepareNumber(BodyType.FLOAT, 4, Float.floatToRawIntBits(n));
    } else if (body instanceof Double n) {
      prepareNumber(BodyType.DOUBLE, 8, Double.doubleToRawLongBits(n));
    } else if (body instanceof Boolean b) {
      prepareNumber(BodyType.BOOLEAN, 1, b ? 1 : 0);
    } else if (body instanceof Short n) {
      prepareNumber(BodyType.SHORT, 2, n);
    } else if (body instanceof Character c) {
      prepareNumber(BodyType.CHAR, 2, c);
    } else if (body instanceof Byte n) {
      prepareNumber(BodyType.BYTE, 1, n);
    } else if (body instanceof BigInteger n && body.getClass() == BigInteger.class) {
      prepareBytes(BodyType.BIG_INTEGER, n.toByteArray());
    } else if (body instanceof BigDecimal n && body.getClass() == BigDecimal.class) {
      prepareDecimal(n);
    } else if (body instanceof ReplyException e) {
      prepareFailure(e);
    } else if (body instanceof EncodedBody encoded) {
      prepareEncoded(encoded);
    } else if (body instanceof ClusterSerializable s) {
      prepareClusterSerializable(s);
    } else if (body instanceof Serializable && serializable.isListed(body.getClass())) {
      prepareBytes(BodyType.SERIALIZABLE, serializable.write(body));
    } else {
      throw new IllegalArgumentException(
          "No message codec for type: "
              + body.getClass().getName()
              + " between processes"
              + (body instanceof Serializable ? ", nor is it in bus.serializable" : ""));
    }
  }

  private void set(int type, int length) {
    this.type = type;
    this.length = length;
  }

  private void prepareBytes(int type, byte[] encoded) {
    set(type, encoded.length);
    value = encoded;
  }

  private void prepareNumber(int type, int bytes, long number) {
    set(type, bytes);
    this.number = number;
  }

  private void prepareBuffer(int type, Buffer encoded) {
    set(type, encoded.length());
    value = encoded;
  }

  private void prepareEncoded(EncodedBody encoded) {
    prepareBuffer(encoded.type(), encoded.bytes());
    codecName = encoded.codecName();
    if (isBinary()) {
      json = encoded;
      if (!takesBinary) {
        asText();
      }
    }
  }

  private void prepareJson(Object body) {
    if (takesBinary) {
      if (writer == null) {
        writer = new JsonWriter();
      }
      if (writer.write(body)) {
        boolean object = body instanceof JsonObject;
        set(object ? BodyType.BINARY_OBJECT : BodyType.BINARY_ARRAY, writer.length());
        value = writer.bytes();
        json = body;
        return;
      }
    }
    prepareText(body);
  }

  private void prepareText(Object body) {
    json = null;
    boolean object = body instanceof JsonObject;
    prepareBuffer(object ? BodyType.JSON_OBJECT : BodyType.JSON_ARRAY, JsonText.of(body));
  }

  private void prepareDecimal(BigDecimal n) {
    Buffer b = Buffer.buffer().appendIntLE(n.scale()).appendBytes(n.unscaledValue().toByteArray());
    prepareBuffer(BodyType.BIG_DECIMAL, b);
  }

  private void prepareFailure(ReplyException e) {
    Buffer b = Buffer.buffer();
    b.appendByte((byte) e.failureType().toInt());
    b.appendIntLE(e.failureCode());
    if (e.getMessage() != null) {
      b.appendByte((byte) 1);
      b.appendString(e.getMessage());
    } else {
      b.appendByte((byte) 0);
    }
    prepareBuffer(BodyType.REPLY_EXCEPTION, b);
  }

  private void prepareClusterSerializable(ClusterSerializable s) {
    Buffer name = Buffer.buffer(s.getClass().getName());
    Buffer b = Buffer.buffer();
    b.appendUnsignedShortLE(name.length());
    b.appendBuffer(name);
    s.writeToBuffer(b);
    prepareBuffer(BodyType.CLUSTER_SERIALIZABLE, b);
  }

  int type() {
    return type;
  }

  int length() {
    return length;
  }

  /** Returns the name of the user's codec, or null. */
  String codecName() {
    return codecName;
  }

  /** Returns whether the body is an array of bytes, which can be written in parts. */
  boolean isBytes() {
    return value instanceof byte[] || (value instanceof BufferInternal b && b.unwrap().hasArray());
  }

  /** Writes some bytes of such a body. */
  void writePart(ByteBuffer out, int offset, int from, int count) {
    if (value instanceof byte[] bytes) {
      out.put(offset, bytes, from, count);
    } else {
      ByteBuf bytes = ((BufferInternal) value).unwrap();
      out.put(offset, bytes.array(), bytes.arrayOffset() + bytes.readerIndex() + from, count);
    }
    if (from + count == length) {
      forget();
    }
  }

  /**
   * Returns a copy of the last bytes of such a body, because they wait longer than the body stays
   * unchanged.
   */
  ByteBuffer rest(int from) {
    byte[] rest = new byte[length - from];
    if (value instanceof byte[] bytes) {
      System.arraycopy(bytes, from, rest, 0, rest.length);
    } else {
      ByteBuf bytes = ((BufferInternal) value).unwrap();
      bytes.getBytes(bytes.readerIndex() + from, rest);
    }
    forget();
    return ByteBuffer.wrap(rest);
  }

  void write(ByteBuffer out, int offset) {
    if (value instanceof Buffer b) {
      writeBuffer(b, out, offset);
    } else if (value instanceof String s) {
      Utf8.write(s, out, offset);
    } else if (value instanceof byte[] bytes) {
      // An array that is used again may be longer.
      out.put(offset, bytes, 0, length);
    } else {
      writeNumber(out, offset);
    }
    forget();
  }

  private void forget() {
    value = null;
    json = null;
  }

  private void writeBuffer(Buffer b, ByteBuffer out, int offset) {
    ByteBuf bytes = ((BufferInternal) b).unwrap();
    if (bytes.hasArray()) {
      out.put(offset, bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), length);
    } else {
      out.put(offset, bytes.nioBuffer(bytes.readerIndex(), length), 0, length);
    }
  }

  private void writeNumber(ByteBuffer out, int offset) {
    switch (length) {
      case 0 -> {}
      case 1 -> out.put(offset, (byte) number);
      case 2 -> LittleEndian.putShort(out, offset, (int) number);
      case 4 -> LittleEndian.putInt(out, offset, (int) number);
      default -> LittleEndian.putLong(out, offset, number);
    }
  }
}
