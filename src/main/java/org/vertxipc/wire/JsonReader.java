package org.vertxipc.wire;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON in its binary form from bytes that may be anything. What it allocates grows with what
 * it has read, not with what a peer announces. One thread only.
 */
final class JsonReader {
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  // An array that one large body has made longer is not kept.
  private static final int KEPT = 64 * 1024;
  // An object and an array are made for at most so many, and grow from there.
  private static final int EXPECTED = 24;
  private static final byte[] NOTHING = {};

  private final NameTable names = new NameTable();
  private byte[] copy = NOTHING;
  private byte[] in;
  private int at;
  private int end;

  /**
   * Reads an object or array.
   *
   * @throws ProtocolException when the bytes are none
   */
  Object read(boolean array, ByteBuffer from, int offset, int length) {
    take(from, offset, length);
    try {
      Object json = array ? new JsonArray(list(1)) : new JsonObject(map(1));
      if (at != end) {
        throw new ProtocolException((end - at) + " bytes behind JSON");
      }
      return json;
    } finally {
      in = NOTHING;
      copy = copy.length > KEPT ? NOTHING : copy;
    }
  }

  private void take(ByteBuffer from, int offset, int length) {
    if (from.hasArray()) {
      in = from.array();
      at = from.arrayOffset() + offset;
    } else {
      if (copy.length < length) {
        copy = new byte[Math.max(length, 256)];
      }
      from.get(offset, copy, 0, length);
      in = copy;
      at = 0;
    }
    end = at + length;
  }

  private Map<String, Object> map(int depth) {
    int count = count(depth, 2);
    Map<String, Object> map = new LinkedHashMap<>(Math.min(count, EXPECTED) * 4 / 3 + 1);
    for (int i = 0; i < count; i++) {
      String name = name();
      map.put(name, value(depth));
    }
    return map;
  }

  private List<Object> list(int depth) {
    int count = count(depth, 1);
    List<Object> list = new ArrayList<>(Math.min(count, EXPECTED));
    for (int i = 0; i < count; i++) {
      list.add(value(depth));
    }
    return list;
  }

  /** Reads how many entries follow, each of at least so many bytes. */
  private int count(int depth, int bytes) {
    if (depth > BinaryJson.MAX_DEPTH) {
      throw new ProtocolException("JSON of more than " + BinaryJson.MAX_DEPTH + " levels");
    }
    return length(varint(), bytes);
  }

  private int length(long n, int bytes) {
    if (n < 0 || n > (end - at) / bytes) {
      throw new ProtocolException(
          "JSON with a length of " + n + " where " + (end - at) + " bytes are left");
    }
    return (int) n;
  }

  private Object value(int depth) {
    int kind = next();
    return switch (kind) {
      case BinaryJson.NULL -> null;
      case BinaryJson.FALSE -> false;
      case BinaryJson.TRUE -> true;
      case BinaryJson.INTEGER -> integer();
      case BinaryJson.DOUBLE -> {
        length(Double.BYTES, 1);
        double d = (double) DOUBLE.get(in, at);
        at += Double.BYTES;
        yield d;
      }
      case BinaryJson.LATIN1 -> {
        int n = length(varint(), 1);
        at += n;
        yield new String(in, at - n, n, StandardCharsets.ISO_8859_1);
      }
      case BinaryJson.UTF8 -> {
        int n = length(varint(), 1);
        at += n;
        yield new String(in, at - n, n, StandardCharsets.UTF_8);
      }
      case BinaryJson.OBJECT -> map(depth + 1);
      case BinaryJson.ARRAY -> list(depth + 1);
      default -> throw new ProtocolException("JSON with a value of kind " + kind);
    };
  }

  /** The parser of the text gives an int wherever one is enough. */
  private Object integer() {
    long zigzag = varint();
    long n = (zigzag >>> 1) ^ -(zigzag & 1);
    if (n == (int) n) {
      return (int) n;
    }
    return n;
  }

  private String name() {
    long prefix = varint();
    int n = length(prefix >>> 1, 1);
    at += n;
    return names.get(in, at - n, n, (prefix & BinaryJson.NAME_IS_UTF8) != 0);
  }

  private int next() {
    if (at == end) {
      throw new ProtocolException("JSON that ends too early");
    }
    return in[at++];
  }

  private long varint() {
    int b = next();
    if (b >= 0) {
      return b;
    }
    long n = b & 0x7f;
    for (int shift = 7; shift < Long.SIZE; shift += 7) {
      b = next();
      n |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return n;
      }
    }
    throw new ProtocolException("JSON with a number of more than 10 bytes");
  }
}
