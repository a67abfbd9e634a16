package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.vertxipc.json.JsonText;

/**
 * How the body of a message is represented as bytes, and how messages are separated in a stream.
 */
enum Codec {
  /** Bytes as they arrive, one {@link Buffer} per read. */
  RAW,
  /** One line of UTF-8 per message, a string. */
  LINES,
  /** One line of JSON per message. */
  JSON_LINES,
  /** One {@link Buffer} per message, preceded by its length as a little-endian int. */
  FRAMES;

  /**
   * Returns a framing that splits a stream into messages.
   *
   * @param keepCarriageReturn whether a carriage return before a line feed belongs to the line
   */
  Framing framing(int maxMessage, boolean keepCarriageReturn) {
    return switch (this) {
      case RAW -> new RawFraming();
      case LINES, JSON_LINES -> new LineFraming(maxMessage, keepCarriageReturn);
      case FRAMES -> new LengthFraming(maxMessage);
    };
  }

  /** Encodes the body as bytes, without what separates messages in a stream. */
  Buffer encode(Object body) {
    switch (this) {
      case JSON_LINES -> {
        return JsonText.of(body);
      }
      case LINES -> {
        if (body instanceof Buffer b) {
          return requireLine(b);
        } else if (body instanceof byte[] bytes) {
          return requireLine(Buffer.buffer(bytes));
        }
        return requireLine(text(String.valueOf(body)));
      }
      default -> {
        if (body instanceof Buffer b) {
          return b;
        } else if (body instanceof byte[] bytes) {
          return Buffer.buffer(bytes);
        } else if (body instanceof String s) {
          return text(s);
        }
        throw new IllegalArgumentException(
            "expected a body of bytes or text, found "
                + (body == null ? "null" : body.getClass().getName()));
      }
    }
  }

  private static Buffer text(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return Buffer.buffer(bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the text has half of a surrogate pair", e);
    }
  }

  private static Buffer requireLine(Buffer bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.getByte(i) == '\n') {
        throw new IllegalArgumentException("a line can't contain a line break");
      }
    }
    return bytes;
  }

  /** Returns how many bytes a line break adds to a message in a stream. */
  int lineBreak() {
    return this == LINES || this == JSON_LINES ? 1 : 0;
  }

  /** Returns the encoded body in the form it has in a stream. */
  Buffer frame(Buffer encoded) {
    return switch (this) {
      case RAW -> encoded;
      case LINES, JSON_LINES ->
          Buffer.buffer(encoded.length() + 1).appendBuffer(encoded).appendByte((byte) '\n');
      case FRAMES ->
          Buffer.buffer(encoded.length() + Integer.BYTES)
              .appendIntLE(encoded.length())
              .appendBuffer(encoded);
    };
  }

  /** Returns whether the bytes are none of the program's messages, but the space between two. */
  boolean isBlank(Buffer bytes) {
    if (this != JSON_LINES) {
      return false;
    }
    for (int i = 0; i < bytes.length(); i++) {
      byte b = bytes.getByte(i);
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  /** Decodes a body. */
  Object decode(Buffer bytes) throws BadMessageException {
    if (this == RAW || this == FRAMES) {
      return bytes;
    }
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
    } catch (CharacterCodingException e) {
      throw new BadMessageException("invalid UTF-8", bytes, e);
    }
    if (this == LINES) {
      return text;
    }
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw new BadMessageException("malformed JSON", bytes, e);
    }
  }
}
