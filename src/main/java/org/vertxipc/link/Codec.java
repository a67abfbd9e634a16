package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** How the body of a message stands in bytes, and the messages in a stream. */
enum Codec {
  /** Bytes as they come, a {@link Buffer} for each read. */
  RAW,
  /** A line of UTF-8 each, a string. */
  LINES,
  /** A line of JSON each. */
  JSON_LINES,
  /** A {@link Buffer} each, after its length as a little-endian int. */
  FRAMES;

  /** What takes a stream apart. */
  Framing framing(int maxMessage) {
    return switch (this) {
      case RAW -> new RawFraming();
      case LINES, JSON_LINES -> new LineFraming(maxMessage);
      case FRAMES -> new LengthFraming(maxMessage);
    };
  }

  /** The body as bytes, without what tells messages apart in a stream. */
  Buffer encode(Object body) {
    switch (this) {
      case JSON_LINES -> {
        try {
          return Json.encodeToBuffer(body);
        } catch (EncodeException e) {
          throw new IllegalArgumentException("can't be said in JSON: " + e.getMessage(), e);
        }
      }
      case LINES -> {
        if (body instanceof Buffer b) {
          return requireLine(b);
        }
        return requireLine(Buffer.buffer(String.valueOf(body)));
      }
      default -> {
        if (body instanceof Buffer b) {
          return b;
        } else if (body instanceof byte[] bytes) {
          return Buffer.buffer(bytes);
        } else if (body instanceof String s) {
          return Buffer.buffer(s);
        }
        throw new IllegalArgumentException(
            "a body of bytes or text is needed, found "
                + (body == null ? "null" : body.getClass().getName()));
      }
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

  /** What a line break adds to the length of a message in a stream, in bytes. */
  int lineBreak() {
    return this == LINES || this == JSON_LINES ? 1 : 0;
  }

  /** The encoded body as it stands in a stream. */
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

  /** The body that bytes stand for. */
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
