package org.vertxipc.json;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;

/**
 * Writes JSON that can be read again. The parser of Vert.x has limits that its generator has not:
 * what is beyond them would leave here, and fail where nobody can do anything about it.
 */
public final class JsonText {
  // Vert.x reads these properties for its parser, which has the same defaults.
  private static final int MAX_STRING = limit("String", 20_000_000);
  private static final int MAX_NAME = limit("Name", 50_000);
  private static final int MAX_NUMBER = limit("Number", 1_000);
  private static final int MAX_DEPTH =
      Integer.getInteger("vertx.jackson.defaultReadMaxNestingDepth", 1_000);
  // A shorter text can't be beyond any limit.
  private static final int SHORT =
      Math.min(Math.min(MAX_STRING, MAX_NAME), Math.min(MAX_NUMBER, MAX_DEPTH));

  private final Buffer text;
  private int at;
  private int depth;

  private JsonText(Buffer text) {
    this.text = text;
  }

  private static int limit(String of, int usual) {
    return Integer.getInteger("vertx.jackson.defaultReadMax" + of + "Length", usual);
  }

  /**
   * Returns a value as text in UTF-8.
   *
   * @param value may be null
   * @return the text
   * @throws IllegalArgumentException when it has no JSON form, or nobody could read it; the message
   *     names the limit
   */
  public static Buffer of(Object value) {
    Buffer text;
    try {
      text = Json.encodeToBuffer(value);
    } catch (EncodeException e) {
      throw new IllegalArgumentException("it has no JSON form: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      // The generator recurses, deeply for a JsonArray within another. A value that contains itself
      // ends here, too.
      throw new IllegalArgumentException(
          "its JSON form has more than "
              + MAX_DEPTH
              + " levels, or more than the stack of this thread allows",
          e);
    }
    if (text.length() > SHORT) {
      new JsonText(text).check();
    }
    return text;
  }

  private void check() {
    while (at < text.length()) {
      byte b = text.getByte(at);
      if (b == '"') {
        checkString();
      } else if (b == '-' || isDigit(b)) {
        checkNumber();
      } else {
        if (b == '{' || b == '[') {
          require(++depth, MAX_DEPTH, "more than %d levels");
        } else if (b == '}' || b == ']') {
          depth--;
        }
        at++;
      }
    }
  }

  private void checkString() {
    int start = ++at;
    int chars = 0;
    for (byte b = text.getByte(at); b != '"'; b = text.getByte(at)) {
      if (b == '\\') {
        chars++;
        at += text.getByte(at + 1) == 'u' ? 6 : 2;
      } else {
        // The bytes after the first of a character are none, but four bytes are two chars of Java.
        chars += (b & 0xc0) == 0x80 ? 0 : (b & 0xf8) == 0xf0 ? 2 : 1;
        at++;
      }
    }
    int bytes = at++ - start;
    if (at < text.length() && text.getByte(at) == ':') {
      require(bytes, MAX_NAME, "a name of more than %d bytes");
    } else {
      require(chars, MAX_STRING, "a string of more than %d characters");
    }
  }

  private void checkNumber() {
    int digits = 0;
    for (; at < text.length() && isNumber(text.getByte(at)); at++) {
      digits += isDigit(text.getByte(at)) ? 1 : 0;
    }
    require(digits, MAX_NUMBER, "a number of more than %d digits");
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isNumber(byte b) {
    return isDigit(b) || b == '.' || b == '-' || b == '+' || b == 'e' || b == 'E';
  }

  private static void require(int found, int most, String beyond) {
    if (found > most) {
      throw new IllegalArgumentException(
          "its JSON form has " + String.format(beyond, most) + ", which no Vert.x reads");
    }
  }
}
