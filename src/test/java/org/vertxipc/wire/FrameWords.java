package org.vertxipc.wire;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.vertxipc.testing.Vectors;

/** What a frame means, as the test vectors say it: made into bytes, and of bytes. */
final class FrameWords {
  private static final List<String> KINDS =
      List.of(
          "",
          "HELLO",
          "EXPORT",
          "WITHDRAW",
          "SYNCED",
          "BYE",
          "SEND",
          "PUBLISH",
          "REQUEST",
          "REPLY",
          "",
          "",
          "",
          "AVAILABLE",
          "UNAVAILABLE");

  private FrameWords() {}

  /** Returns the bytes of a frame. */
  static byte[] bytes(FrameWriter frame) {
    byte[] bytes = new byte[frame.length()];
    frame.write(ByteBuffer.wrap(bytes), 0);
    return bytes;
  }

  /** Returns a frame of that meaning. */
  static FrameWriter encode(JsonObject words) {
    String kind = words.getString("kind");
    return switch (kind) {
      case "HELLO" -> ControlFrames.hello(hello(words));
      case "EXPORT" ->
          ControlFrames.export(
              words.getInteger("number"), words.getString("address"), words.getBoolean("consumer"));
      case "WITHDRAW" -> ControlFrames.withdraw(words.getInteger("number"));
      case "AVAILABLE" -> ControlFrames.available(words.getInteger("number"), true);
      case "UNAVAILABLE" -> ControlFrames.available(words.getInteger("number"), false);
      case "SYNCED", "BYE" -> ControlFrames.bare(KINDS.indexOf(kind));
      default -> message(KINDS.indexOf(kind), words);
    };
  }

  private static ControlFrames.Hello hello(JsonObject words) {
    return new ControlFrames.Hello(
        id(words.getString("incarnation")),
        id(words.getString("addressee")),
        id(words.getString("vertx")),
        words.getInteger("maxMessageBytes"),
        words.getString("node"),
        words.getBoolean("binaryJson"));
  }

  private static MessageEncoder message(int kind, JsonObject words) {
    MessageEncoder out = new MessageEncoder(SerializableBodies.NONE);
    if (kind == FrameKind.REPLY) {
      out.reply(id(words.getString("replyTo")), id(words.getString("correlation")));
    } else {
      String correlation = words.getString("correlation");
      long mark = correlation == null ? words.getLong("publication", 0L) : id(correlation);
      out.to(kind, words.getInteger("number"), mark);
    }
    if (words.getBoolean("bounced", false)) {
      out.bounce();
    }
    out.relayed(
        words.getJsonArray("way", new JsonArray()).stream()
            .mapToLong(through -> id((String) through))
            .toArray());
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (Object each : words.getJsonArray("headers", new JsonArray())) {
      JsonArray header = (JsonArray) each;
      headers.add(header.getString(0), header.getString(1));
    }
    return out.body(headers, body(words.getJsonObject("body")));
  }

  private static long id(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }

  private static Object body(JsonObject words) {
    Object v = words.getValue("value");
    return switch (words.getString("type")) {
      case "null" -> null;
      case "text", "object", "array", "boolean" -> v;
      case "buffer" -> Buffer.buffer(Vectors.bytes((String) v));
      case "bytes" -> Vectors.bytes((String) v);
      case "int" -> ((Number) v).intValue();
      case "long" -> Long.valueOf((String) v);
      case "float" -> ((Number) v).floatValue();
      case "double" -> ((Number) v).doubleValue();
      case "short" -> ((Number) v).shortValue();
      case "char" -> ((String) v).charAt(0);
      case "byte" -> ((Number) v).byteValue();
      case "integer" -> new BigInteger((String) v);
      case "decimal" -> decimal((JsonObject) v);
      case "failure" -> failure((JsonObject) v);
      default -> throw new IllegalArgumentException("body of type " + words.getString("type"));
    };
  }

  private static BigDecimal decimal(JsonObject words) {
    return new BigDecimal(new BigInteger(words.getString("unscaled")), words.getInteger("scale"));
  }

  private static ReplyException failure(JsonObject words) {
    return new ReplyException(
        ReplyFailure.fromInt(words.getInteger("type")),
        words.getInteger("code"),
        words.getString("text"));
  }

  /** Returns what a frame means. */
  static JsonObject decode(Frame frame) {
    JsonObject words = new JsonObject();
    int kind = frame.kind();
    switch (kind) {
      case FrameKind.HELLO -> hello(ControlFrames.readHello(frame), words);
      case FrameKind.EXPORT ->
          words
              .put("kind", KINDS.get(kind))
              .put("number", ControlFrames.readNumber(frame))
              .put("address", ControlFrames.readAddress(frame))
              .put("consumer", ControlFrames.readAvailable(frame));
      case FrameKind.WITHDRAW, FrameKind.AVAILABLE, FrameKind.UNAVAILABLE ->
          words.put("kind", KINDS.get(kind)).put("number", ControlFrames.readNumber(frame));
      case FrameKind.SYNCED, FrameKind.BYE -> words.put("kind", KINDS.get(kind));
      default -> message(new MessageDecoder(SerializableBodies.NONE).wrap(frame), words);
    }
    return words;
  }

  private static void hello(ControlFrames.Hello hello, JsonObject words) {
    words
        .put("kind", "HELLO")
        .put("binaryJson", hello.takesBinaryJson())
        .put("version", FrameKind.PROTOCOL_VERSION)
        .put("incarnation", digits(hello.incarnation()))
        .put("addressee", digits(hello.addressee()))
        .put("vertx", digits(hello.vertx()))
        .put("maxMessageBytes", hello.maxMessageBytes())
        .put("node", hello.node());
  }

  private static void message(MessageDecoder in, JsonObject words) {
    words.put("kind", KINDS.get(in.kind()));
    if (in.kind() == FrameKind.REPLY) {
      words.put("correlation", digits(in.correlation())).put("replyTo", digits(in.replyTo()));
    } else {
      words.put("number", in.target());
    }
    if (in.kind() == FrameKind.REQUEST) {
      words.put("correlation", digits(in.correlation()));
    } else if (in.kind() == FrameKind.PUBLISH) {
      words.put("publication", in.number());
    }
    if (in.isBounced()) {
      words.put("bounced", true);
    }
    if (in.way().length > 0) {
      words.put(
          "way", new JsonArray(LongStream.of(in.way()).mapToObj(FrameWords::digits).toList()));
    }
    if (in.headers() != null) {
      JsonArray headers = new JsonArray();
      for (Map.Entry<String, String> h : in.headers()) {
        headers.add(new JsonArray().add(h.getKey()).add(h.getValue()));
      }
      words.put("headers", headers);
    }
    words.put("body", words(in.body()));
  }

  private static String digits(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  private static JsonObject words(Object body) {
    if (body instanceof ReplyException e) {
      return words(
          "failure",
          new JsonObject()
              .put("type", e.failureType().toInt())
              .put("code", e.failureCode())
              .put("text", e.getMessage()));
    }
    if (body instanceof BigDecimal n) {
      String unscaled = n.unscaledValue().toString();
      return words("decimal", new JsonObject().put("scale", n.scale()).put("unscaled", unscaled));
    }
    return body == null
        ? words("null", null)
        : body instanceof String s
            ? words("text", s)
            : body instanceof Buffer b
                ? words("buffer", Vectors.hex(b.getBytes()))
                : body instanceof byte[] b ? words("bytes", Vectors.hex(b)) : plain(body);
  }

  private static JsonObject plain(Object body) {
    List<Class<?>> asTexts = Arrays.asList(Long.class, BigInteger.class, Character.class);
    Object value = asTexts.contains(body.getClass()) ? body.toString() : body;
    String type =
        switch (body.getClass().getSimpleName()) {
          case "JsonObject" -> "object";
          case "JsonArray" -> "array";
          case "Integer" -> "int";
          case "BigInteger" -> "integer";
          case "Character" -> "char";
          case "Long", "Float", "Double", "Boolean", "Short", "Byte" ->
              body.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
          default -> throw new IllegalArgumentException("body of " + body.getClass());
        };
    // The shortest digits that mean the same float are those that a vector has.
    return words(type, body instanceof Float f ? Double.valueOf(f.toString()) : value);
  }

  private static JsonObject words(String type, Object value) {
    return new JsonObject().put("type", type).put("value", value);
  }
}
