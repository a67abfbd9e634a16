package org.vertxipc.habits;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vertxipc.testing.Money;
import org.vertxipc.testing.PointCodec;

/** Each kind of body that a message may have, and how its sender may change it afterwards. */
@SuppressWarnings("ImmutableEnumChecker") // Its functions hold nothing.
enum Bodies {
  NULL(() -> null),
  EMPTY_STRING(() -> ""),
  STRING(() -> "häß€𝄞"),
  LONG_STRING(() -> "long ".repeat(4_000)),
  BOOLEAN(() -> true),
  BYTE(() -> (byte) -7),
  SHORT(() -> (short) -3_000),
  CHAR(() -> 'é'),
  INT(() -> 123_456_789),
  LONG(() -> Long.MIN_VALUE),
  FLOAT(() -> 1.5f),
  DOUBLE(() -> Double.NaN),
  BIG_INTEGER(() -> BigInteger.TWO.pow(300).negate()),
  BIG_ZERO(() -> BigInteger.ZERO),
  BIG_DECIMAL(() -> new BigDecimal("1.50")),
  BIG_DECIMAL_OF_NEGATIVE_SCALE(() -> new BigDecimal("-7e30")),
  BUFFER(() -> Buffer.buffer("bytes"), b -> ((Buffer) b).setString(0, "BYTES")),
  LARGE_BUFFER(() -> Buffer.buffer(new byte[20_000]), b -> ((Buffer) b).setByte(19_999, (byte) 1)),
  BYTES(() -> new byte[] {1, 2, 3}, b -> Arrays.fill((byte[]) b, (byte) 9)),
  JSON_OBJECT(
      () -> new JsonObject().put("a", new JsonArray().add(1)),
      b -> ((JsonObject) b).put("b", 2).getJsonArray("a").add(2)),
  JSON_ARRAY(
      () -> new JsonArray().add(new JsonObject().put("a", 1)),
      b -> ((JsonArray) b).add("b").getJsonObject(0).put("a", 2)),
  CLUSTER_SERIALIZABLE(
      () -> new Money(995), b -> ((Money) b).readFromBuffer(0, Buffer.buffer().appendLong(1))),
  SERIALIZABLE(() -> new Note("before"), b -> ((Note) b).text = "after"),
  DEFAULT_CODEC(() -> new Blob("before"), b -> ((Blob) b).text = "after"),
  NAMED_CODEC("shout", () -> Buffer.buffer("before"), b -> ((Buffer) b).setString(0, "change")) {
    @Override
    Object expected() {
      return Buffer.buffer("before!");
    }
  },
  CODEC_THAT_GIVES_ANOTHER_TYPE("point", () -> new PointCodec.Point(3, 4), b -> {}) {
    @Override
    Object expected() {
      return new PointCodec.Seen("3,4");
    }
  };

  final String codec;
  private final Supplier<Object> fresh;
  private final Consumer<Object> change;

  Bodies(Supplier<Object> fresh) {
    this(fresh, b -> {});
  }

  Bodies(Supplier<Object> fresh, Consumer<Object> change) {
    this(null, fresh, change);
  }

  Bodies(String codec, Supplier<Object> fresh, Consumer<Object> change) {
    this.codec = codec;
    this.fresh = fresh;
    this.change = change;
  }

  Object fresh() {
    return fresh.get();
  }

  void change(Object body) {
    change.accept(body);
  }

  /** Returns the body that consumers get. */
  Object expected() {
    return fresh();
  }

  boolean isExpected(Object body) {
    return expected() instanceof byte[] bytes
        ? body instanceof byte[] b && Arrays.equals(bytes, b)
        : expected() == null ? body == null : expected().equals(body);
  }

  static void register(EventBus bus) {
    bus.registerDefaultCodec(Blob.class, new BlobCodec());
    bus.registerCodec(new Shout());
    bus.registerCodec(new PointCodec("point"));
  }

  /** A body that uses Java's own serialisation. */
  static final class Note implements Serializable {
    private static final long serialVersionUID = 1L;

    String text;

    Note(String text) {
      this.text = text;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Note n && n.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }

  /** A body with its own codec, which copies, as codecs of mutable types must. */
  static final class Blob {
    String text;

    Blob(String text) {
      this.text = text;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Blob b && b.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }

  private static final class BlobCodec implements MessageCodec<Blob, Blob> {
    @Override
    public void encodeToWire(Buffer wire, Blob blob) {
      wire.appendString(blob.text);
    }

    @Override
    public Blob decodeFromWire(int at, Buffer wire) {
      return new Blob(wire.getString(at, wire.length()));
    }

    @Override
    public Blob transform(Blob blob) {
      return new Blob(blob.text);
    }

    @Override
    public String name() {
      return "blob";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }

  /** A body of a type that Vert.x knows, with another codec. */
  private static final class Shout implements MessageCodec<Buffer, Buffer> {
    @Override
    public void encodeToWire(Buffer wire, Buffer body) {
      wire.appendBuffer(transform(body));
    }

    @Override
    public Buffer decodeFromWire(int at, Buffer wire) {
      return wire.getBuffer(at, wire.length());
    }

    @Override
    public Buffer transform(Buffer body) {
      return body.copy().appendString("!");
    }

    @Override
    public String name() {
      return "shout";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
