package org.vertxipc.wire;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Writes JSON in its binary form, into an array that is used again for the next. One pass over the
 * object: what the length of the record is shows at its end, and copying it costs less than another
 * pass. One thread only.
 */
final class JsonWriter implements BiConsumer<Object, Object> {
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int START = 256;
  // An array that one large body has made longer is not kept.
  private static final int KEPT = 64 * 1024;
  private static final int VARINT = 10;
  private static final int MAX_BYTES = 1 << 30;
  // From this length on, the JDK's vectorised encoder is faster than writing in place.
  private static final int LONG_STRING = 128;

  private byte[] out = new byte[START];
  private int at;
  private int depth;
  // Of the map that is being written.
  private int entries;
  private boolean failed;

  /**
   * Writes an object or array.
   *
   * @param json a JsonObject or JsonArray
   * @return false when it contains something that only the text has a form for
   */
  boolean write(Object json) {
    at = 0;
    depth = 0;
    failed = false;
    if (out.length > KEPT) {
      out = new byte[START];
    }
    return json instanceof JsonObject o ? map(o.getMap()) : list(((JsonArray) json).getList());
  }

  /** Returns the bytes, from 0 to {@link #length}, until the next is written. */
  byte[] bytes() {
    return out;
  }

  int length() {
    return at;
  }

  private boolean value(Object v) {
    if (v instanceof String s) {
      return string(s);
    }
    if (v == null) {
      return kind(BinaryJson.NULL);
    }
    Class<?> type = v.getClass();
    if (type == Integer.class) {
      return integer((Integer) v);
    }
    if (type == Boolean.class) {
      return kind((Boolean) v ? BinaryJson.TRUE : BinaryJson.FALSE);
    }
    if (type == Double.class) {
      return real((Double) v);
    }
    if (type == Long.class) {
      return integer((Long) v);
    }
    if (type == JsonObject.class) {
      return kind(BinaryJson.OBJECT) && map(((JsonObject) v).getMap());
    }
    if (type == JsonArray.class) {
      return kind(BinaryJson.ARRAY) && list(((JsonArray) v).getList());
    }
    if (v instanceof Map<?, ?> map) {
      return kind(BinaryJson.OBJECT) && map(map);
    }
    if (v instanceof List<?> list) {
      return kind(BinaryJson.ARRAY) && list(list);
    }
    return (type == Short.class || type == Byte.class) && integer(((Number) v).longValue());
  }

  private boolean map(Map<?, ?> map) {
    int outer = entries;
    int size = map.size();
    if (!begin(size)) {
      return false;
    }
    entries = 0;
    map.forEach(this);
    // A map that others change meanwhile need not have as many entries as it said.
    boolean all = !failed && entries == size;
    entries = outer;
    depth--;
    return all;
  }

  /** Writes an entry of a map. The map calls it, because an iterator would be made for each map. */
  @Override
  public void accept(Object name, Object value) {
    entries++;
    failed = failed || !(name instanceof String text && name(text) && value(value));
  }

  private boolean list(List<?> list) {
    int size = list.size();
    if (!begin(size)) {
      return false;
    }
    int written = 0;
    if (list instanceof ArrayList<?> array) {
      while (written < size && value(array.get(written))) {
        written++;
      }
    } else {
      for (Object v : list) {
        if (!value(v)) {
          return false;
        }
        written++;
      }
    }
    depth--;
    return written == size;
  }

  private boolean begin(int size) {
    if (++depth > BinaryJson.MAX_DEPTH) {
      return false;
    }
    ensure(VARINT);
    varint(size);
    return true;
  }

  private boolean kind(int kind) {
    ensure(1);
    out[at++] = (byte) kind;
    return true;
  }

  private boolean integer(long n) {
    ensure(1 + VARINT);
    out[at++] = BinaryJson.INTEGER;
    varint((n << 1) ^ (n >> 63));
    return true;
  }

  private boolean real(double d) {
    if (!Double.isFinite(d)) {
      return false; // The text has a string in its place.
    }
    ensure(1 + Double.BYTES);
    out[at] = BinaryJson.DOUBLE;
    DOUBLE.set(out, at + 1, d);
    at += 1 + Double.BYTES;
    return true;
  }

  private boolean name(String name) {
    int chars = name.length();
    if (chars > BinaryJson.MAX_NAME) {
      return false;
    }
    int start = at;
    ensure(VARINT + chars);
    varint((long) chars << 1);
    if (latin1(name, chars)) {
      return true;
    }
    at = start;
    byte[] encoded = utf8(name);
    return encoded != null && text((long) encoded.length << 1 | BinaryJson.NAME_IS_UTF8, encoded);
  }

  private boolean string(String s) {
    int chars = s.length();
    if (chars > BinaryJson.MAX_STRING) {
      return false;
    }
    int start = at;
    if (chars < LONG_STRING) {
      ensure(1 + VARINT + chars);
      out[at++] = BinaryJson.LATIN1;
      varint(chars);
      if (latin1(s, chars)) {
        return true;
      }
      at = start;
    }
    byte[] encoded = utf8(s);
    if (encoded == null) {
      return false;
    }
    // As many bytes as characters: all are ASCII.
    return kind(encoded.length == chars ? BinaryJson.LATIN1 : BinaryJson.UTF8)
        && text(encoded.length, encoded);
  }

  /** Writes a short text of characters below 256; returns false when one is not. */
  private boolean latin1(String s, int chars) {
    byte[] to = out;
    int from = at;
    for (int i = 0; i < chars; i++) {
      char c = s.charAt(i);
      if (c > 0xff) {
        return false;
      }
      to[from + i] = (byte) c;
    }
    at = from + chars;
    return true;
  }

  /** Returns null for what has no form in UTF-8: the text says what becomes of it. */
  private static byte[] utf8(String s) {
    return Utf8.hasLoneSurrogate(s) ? null : s.getBytes(StandardCharsets.UTF_8);
  }

  private boolean text(long prefix, byte[] encoded) {
    ensure(VARINT + encoded.length);
    varint(prefix);
    System.arraycopy(encoded, 0, out, at, encoded.length);
    at += encoded.length;
    return true;
  }

  private void varint(long n) {
    long left = n;
    while ((left & ~0x7fL) != 0) {
      out[at++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    out[at++] = (byte) left;
  }

  private void ensure(int more) {
    if (more > out.length - at) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) at + more;
    if (needed > MAX_BYTES) {
      throw new IllegalArgumentException("JSON of more than " + MAX_BYTES + " bytes");
    }
    out = Arrays.copyOf(out, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * out.length)));
  }
}
