package org.vertxipc.testing.mesh;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Money;

/**
 * Body and headers of a message: of all types and lengths, made from its number alone, so that the
 * receiver can make them again and compare every byte.
 */
final class MeshBody {
  private static final String ID = "mesh-id";
  private static final String PAD = "mesh-pad";
  private static final String[] LETTERS = {
    "a", "Z", " ", "\n", "\"", "\u00e9", "\u6f22", "\ud83d\ude80"
  };

  /** The message of an exchange that a body is in. */
  enum Part {
    MESSAGE(0),
    REPLY(1),
    /** The reply to the request in a reply. */
    ANSWER(2);

    private final int salt;

    Part(int salt) {
      this.salt = salt;
    }
  }

  /** What is wrong with a message. */
  enum Flaw {
    NONE,
    /** It does not say which message it is. */
    NAMELESS,
    TYPE,
    BODY,
    HEADERS,
    /** It came to another address than it was sent to. */
    ADDRESS
  }

  private enum Type {
    BUFFER,
    BYTES,
    TEXT,
    OBJECT,
    ARRAY,
    NOTE,
    MONEY,
    SCALAR,
    NOTHING
  }

  private static final Chances<Type> CHANCES =
      new Chances<Type>()
          .add(Type.BUFFER, 10)
          .add(Type.BYTES, 4)
          .add(Type.TEXT, 5)
          .add(Type.OBJECT, 4)
          .add(Type.ARRAY, 3)
          .add(Type.NOTE, 2)
          .add(Type.MONEY, 1)
          .add(Type.SCALAR, 2)
          .add(Type.NOTHING, 1);

  private final long id;
  private final Part part;
  private final long mixed;
  private final Type type;

  MeshBody(long id, Part part) {
    this.id = id;
    this.part = part;
    this.mixed = mix(id + part.salt);
    Type chosen = CHANCES.of(mixed);
    if (MessageId.of(id).lane() == MessageId.Lane.OUTLET) {
      // A stream takes neither null nor bodies with codecs of users.
      chosen = chosen == Type.NOTHING || chosen == Type.NOTE ? Type.BUFFER : chosen;
    }
    type = chosen;
  }

  /** Spreads numbers that are alike; the end of SplitMix64. */
  static long mix(long z) {
    long y = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    y = (y ^ y >>> 27) * 0x94d049bb133111ebL;
    return y ^ y >>> 31;
  }

  /** Returns about how many bytes it has. Some are longer than any record of a channel. */
  int length() {
    if (type == Type.MONEY || type == Type.SCALAR || type == Type.NOTHING) {
      return 8;
    }
    int chance = (int) (mixed >>> 5 & 1023);
    int some = (int) (mixed >>> 16 & 0xffff);
    if (chance < 600) {
      return some % 200;
    }
    if (chance < 850) {
      return some % 2_000;
    }
    if (chance < 985) {
      return some % 10_000;
    }
    return chance < 1_021 ? some : 150_000 + some;
  }

  /** Returns a new one each time. */
  Object body() {
    return switch (type) {
      case BUFFER -> Buffer.buffer(bytes());
      case BYTES -> bytes();
      case TEXT -> name() + ':' + text();
      case OBJECT ->
          new JsonObject()
              .put("id", name())
              .put("text", text())
              .put("n", new JsonArray().add((int) mixed).add(0.5).addNull().add(true));
      case ARRAY -> new JsonArray().add(name()).add(text()).add(new JsonObject().put("a", 1));
      case NOTE -> new MeshNote(id, bytes());
      case MONEY -> new Money(id);
      case SCALAR -> scalar();
      case NOTHING -> null;
    };
  }

  private String name() {
    return Long.toHexString(id) + '/' + part;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[9 + length()];
    new SplittableRandom(mixed).nextBytes(bytes);
    Buffer.buffer(9).appendLong(id).appendByte((byte) part.salt).getBytes(bytes);
    return bytes;
  }

  private String text() {
    SplittableRandom random = new SplittableRandom(mixed);
    int length = length();
    StringBuilder text = new StringBuilder(length + 2);
    while (text.length() < length) {
      text.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  private Object scalar() {
    int value = (int) (mixed >>> 24);
    return switch ((int) (mixed >>> 48) % 10) {
      case 0 -> value;
      case 1 -> mixed;
      case 2 -> (float) value;
      case 3 -> value / 3.0;
      case 4 -> (value & 1) == 0;
      case 5 -> (short) value;
      case 6 -> (char) ('a' + (value & 15));
      case 7 -> BigInteger.valueOf(mixed).shiftLeft(70);
      case 8 -> new BigDecimal(BigInteger.valueOf(mixed), 5);
      default -> (byte) value;
    };
  }

  /**
   * Returns null for none. A message whose body can't tell which it is says so in a header. All
   * those of one thread have one priority, because otherwise they would have no order.
   */
  MultiMap headers() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (MessageId.of(id).place() == Places.PLAIN) {
      headers.add(IpcBridge.PRIORITY_HEADER, "9");
    }
    boolean needed = type == Type.SCALAR || type == Type.NOTHING;
    if (needed || (mixed >>> 56 & 3) == 0) {
      String pad = "x".repeat((int) (mixed >>> 50 & 63));
      headers.add(ID, name()).add(PAD, pad).add(PAD, "\u00e9" + part);
    }
    return headers.isEmpty() ? null : headers;
  }

  /** Returns which message it says it is: 0 when it does not. */
  static long idOf(Message<?> message) {
    Object body = message.body();
    String named = message.headers().get(ID);
    long id = 0;
    if (body instanceof Buffer buffer && buffer.length() >= 9) {
      id = buffer.getLong(0);
    } else if (body instanceof byte[] bytes && bytes.length >= 9) {
      id = Buffer.buffer(bytes).getLong(0);
    } else if (body instanceof MeshNote note) {
      id = note.id();
    } else if (body instanceof Money money) {
      id = money.cents();
    } else if (body instanceof JsonObject object) {
      id = idIn(String.valueOf(object.getValue("id")));
    } else if (body instanceof JsonArray array && !array.isEmpty()) {
      id = idIn(String.valueOf(array.getValue(0)));
    } else if (body instanceof String text) {
      id = idIn(text);
    } else if (named != null) {
      id = idIn(named);
    }
    return MessageId.isOne(id) ? id : 0;
  }

  private static long idIn(String text) {
    int end = text.indexOf('/');
    try {
      return end < 0 ? 0 : Long.parseLong(text.substring(0, end), 16);
    } catch (NumberFormatException e) {
      return 0; // This means that it says none, so the message is torn.
    }
  }

  private static boolean isOfType(Object expected, Object found) {
    if (expected == null || found == null) {
      return expected == found;
    }
    // There are several classes of buffers.
    return expected instanceof Buffer
        ? found instanceof Buffer
        : expected.getClass() == found.getClass();
  }

  /** Checks what arrived. */
  Flaw flaw(Message<?> message) {
    Object expected = body();
    Object found = message.body();
    if (!isOfType(expected, found)) {
      return Flaw.TYPE;
    }
    boolean same =
        expected instanceof byte[] bytes
            ? Arrays.equals(bytes, (byte[]) found)
            : expected == null || expected.equals(found);
    if (!same) {
      return Flaw.BODY;
    }
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    MultiMap headers = headers() == null ? none : headers();
    // A node that keeps messages adds headers.
    for (String name : List.of(ID, PAD, IpcBridge.PRIORITY_HEADER)) {
      if (!headers.getAll(name).equals(message.headers().getAll(name))) {
        return Flaw.HEADERS;
      }
    }
    return Flaw.NONE;
  }

  /** Changes a body that was sent, as its sender may: what arrives is what was given to send. */
  static void spoil(Object sent) {
    if (sent instanceof Buffer buffer) {
      buffer.setBytes(0, new byte[buffer.length()]);
    } else if (sent instanceof byte[] bytes) {
      Arrays.fill(bytes, (byte) 0);
    } else if (sent instanceof JsonObject object) {
      object.clear();
    } else if (sent instanceof JsonArray array) {
      array.clear();
    } else if (sent instanceof MeshNote note) {
      note.spoil();
    }
  }
}
