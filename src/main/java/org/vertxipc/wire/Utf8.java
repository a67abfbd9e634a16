package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes UTF-8 straight into a buffer; an unpaired surrogate becomes a question mark, as in the
 * JDK.
 */
final class Utf8 {
  // From this length on, the JDK's vectorised encoder is faster than writing in place.
  private static final int LONG = 96;

  private Utf8() {}

  static int length(String s) {
    int chars = s.length();
    int length = chars;
    for (int i = 0; i < chars; i++) {
      char c = s.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          length++;
        } else if (!Character.isSurrogate(c)) {
          length += 2;
        } else if (isPair(s, i)) {
          length += 2;
          i++;
        }
      }
    }
    return length;
  }

  private static boolean isPair(String s, int i) {
    return Character.isHighSurrogate(s.charAt(i))
        && i + 1 < s.length()
        && Character.isLowSurrogate(s.charAt(i + 1));
  }

  /** Returns whether it has a character that UTF-8 has no form for. */
  static boolean hasLoneSurrogate(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (Character.isSurrogate(s.charAt(i))) {
        if (!isPair(s, i)) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** Returns the offset after the last byte written. */
  static int write(String s, ByteBuffer out, int offset) {
    int chars = s.length();
    if (chars >= LONG) {
      byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
      out.put(offset, bytes);
      return offset + bytes.length;
    }
    int at = offset;
    for (int i = 0; i < chars; i++) {
      char c = s.charAt(i);
      if (c < 0x80) {
        out.put(at++, (byte) c);
      } else if (c < 0x800) {
        out.put(at++, (byte) (0xc0 | (c >> 6)));
        out.put(at++, (byte) (0x80 | (c & 0x3f)));
      } else if (!Character.isSurrogate(c)) {
        out.put(at++, (byte) (0xe0 | (c >> 12)));
        out.put(at++, (byte) (0x80 | ((c >> 6) & 0x3f)));
        out.put(at++, (byte) (0x80 | (c & 0x3f)));
      } else if (isPair(s, i)) {
        int point = Character.toCodePoint(c, s.charAt(++i));
        out.put(at++, (byte) (0xf0 | (point >> 18)));
        out.put(at++, (byte) (0x80 | ((point >> 12) & 0x3f)));
        out.put(at++, (byte) (0x80 | ((point >> 6) & 0x3f)));
        out.put(at++, (byte) (0x80 | (point & 0x3f)));
      } else {
        out.put(at++, (byte) '?');
      }
    }
    return at;
  }

  static String read(ByteBuffer in, int offset, int length) {
    byte[] bytes = new byte[length];
    in.get(offset, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
