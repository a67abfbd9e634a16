package org.vertxipc.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of JSON objects that were read, so that a name that comes again is the same string. A
 * peer chooses the names: the table has a fixed size, a name has one place in it, and it takes the
 * place of another only when it comes for the second time in a row, so that names that never come
 * again cost nothing more. One thread only.
 */
final class NameTable {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PLACES = 512;
  private static final int MAX_LENGTH = 64;
  private static final long FACTOR = 0x9e3779b97f4a7c15L;

  private final byte[][] encoded = new byte[PLACES][];
  private final String[] names = new String[PLACES];
  // What was last looked for in vain in each place.
  private final long[] missed = new long[PLACES];

  String get(byte[] in, int at, int length, boolean utf8) {
    if (length > MAX_LENGTH) {
      return make(in, at, length, utf8);
    }
    long hash = hash(in, at, length, utf8 ? 1 : 0);
    int place = (int) (hash >>> 32) & (PLACES - 1);
    byte[] known = encoded[place];
    // The last byte of what is known says how it is encoded.
    if (known != null
        && known.length == length + 1
        && Arrays.equals(known, 0, length, in, at, at + length)
        && known[length] != 0 == utf8) {
      return names[place];
    }
    String name = make(in, at, length, utf8);
    if (missed[place] == hash) {
      byte[] kept = Arrays.copyOfRange(in, at, at + length + 1);
      kept[length] = (byte) (utf8 ? 1 : 0);
      encoded[place] = kept;
      names[place] = name;
    }
    missed[place] = hash;
    return name;
  }

  private static String make(byte[] in, int at, int length, boolean utf8) {
    Charset charset = utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return new String(in, at, length, charset);
  }

  private static long hash(byte[] in, int at, int length, int seed) {
    long hash = length * 2L + seed;
    int i = at;
    int end = at + length;
    for (; end - i >= Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(in, i)) * FACTOR;
      hash ^= hash >>> 29;
    }
    for (; i < end; i++) {
      hash = hash * 31 + in[i];
    }
    hash *= FACTOR;
    return hash ^ hash >>> 29;
  }
}
