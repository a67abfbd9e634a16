package org.vertxipc.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.ClusterSerializable;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** Makes a body from bytes that may be anything. */
final class BodyDecoder {
  private final SerializableBodies serializable;
  // Made when the first body needs it.
  private JsonReader json;

  BodyDecoder(SerializableBodies serializable) {
    this.serializable = serializable;
  }

  Object decode(int type, ByteBuffer in, int at, int length) {
    return switch (type) {
      case BodyType.NULL -> {
        expect(length, 0, "null");
        yield null;
      }
      case BodyType.STRING -> Utf8.read(in, at, length);
      case BodyType.BUFFER -> buffer(in, at, length);
      case BodyType.JSON_OBJECT -> new JsonObject(buffer(in, at, length));
      case BodyType.JSON_ARRAY -> new JsonArray(buffer(in, at, length));
      case BodyType.BINARY_OBJECT -> json().read(false, in, at, length);
      case BodyType.BINARY_ARRAY -> json().read(true, in, at, length);
      case BodyType.BYTES -> bytes(in, at, length);
      case BodyType.INT -> {
        expect(length, 4, "int");
        yield LittleEndian.getInt(in, at);
      }
      case BodyType.LONG -> {
        expect(length, 8, "long");
        yield LittleEndian.getLong(in, at);
      }
      case BodyType.FLOAT -> {
        expect(length, 4, "float");
        yield Float.intBitsToFloat(LittleEndian.getInt(in, at));
      }
      case BodyType.DOUBLE -> {
        expect(length, 8, "double");
        yield Double.longBitsToDouble(LittleEndian.getLong(in, at));
      }
      case BodyType.BOOLEAN -> {
        expect(length, 1, "boolean");
        yield in.get(at) != 0;
      }
      case BodyType.SHORT -> {
        expect(length, 2, "short");
        yield (short) LittleEndian.getShort(in, at);
      }
      case BodyType.CHAR -> {
        expect(length, 2, "char");
        yield (char) LittleEndian.getShort(in, at);
      }
      case BodyType.BYTE -> {
        expect(length, 1, "byte");
        yield in.get(at);
      }
      case BodyType.REPLY_EXCEPTION -> failure(in, at, length);
      case BodyType.CLUSTER_SERIALIZABLE -> clusterSerializable(in, at, length);
      case BodyType.BIG_INTEGER -> bigInteger(in, at, length);
      case BodyType.BIG_DECIMAL -> {
        if (length < 4) {
          throw new ProtocolException("decimal of " + length + " bytes");
        }
        int scale = LittleEndian.getInt(in, at);
        yield new BigDecimal(bigInteger(in, at + 4, length - 4), scale);
      }
      case BodyType.SERIALIZABLE -> serializable.read(bytes(in, at, length));
      default -> throw new ProtocolException("body of type " + type);
    };
  }

  private JsonReader json() {
    if (json == null) {
      json = new JsonReader();
    }
    return json;
  }

  private static BigInteger bigInteger(ByteBuffer in, int at, int length) {
    if (length < 1) {
      throw new ProtocolException("integer of no bytes");
    }
    return new BigInteger(bytes(in, at, length));
  }

  private static byte[] bytes(ByteBuffer in, int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }

  /** Returns the bytes as a buffer of their own, which may grow like any other. */
  static Buffer buffer(ByteBuffer in, int at, int length) {
    BufferInternal buffer = BufferInternal.buffer(length);
    ByteBuf bytes = buffer.unwrap();
    in.get(at, bytes.array(), bytes.arrayOffset(), length);
    bytes.writerIndex(length);
    return buffer;
  }

  private static void expect(int length, int expected, String type) {
    if (length != expected) {
      throw new ProtocolException(
          "body of type " + type + " with " + length + " bytes, expected " + expected);
    }
  }

  private static ReplyException failure(ByteBuffer in, int at, int length) {
    if (length < 6) {
      throw new ProtocolException("failure of " + length + " bytes, at least 6 are needed");
    }
    int type = in.get(at);
    int code = LittleEndian.getInt(in, at + 1);
    String message = in.get(at + 5) == 0 ? null : Utf8.read(in, at + 6, length - 6);
    if (type < 0 || type >= ReplyFailure.values().length) {
      throw new ProtocolException("failure of type " + type);
    }
    return new ReplyException(ReplyFailure.fromInt(type), code, message);
  }

  private static Object clusterSerializable(ByteBuffer in, int at, int length) {
    if (length < 2) {
      throw new ProtocolException("ClusterSerializable of " + length + " bytes");
    }
    int nameLength = LittleEndian.getShort(in, at);
    if (nameLength > length - 2) {
      throw new ProtocolException("class name of " + nameLength + " bytes in " + length);
    }
    String name = Utf8.read(in, at + 2, nameLength);
    ClusterSerializable s = instantiate(name);
    int read = 2 + nameLength;
    s.readFromBuffer(0, buffer(in, at + read, length - read));
    return s;
  }

  private static ClusterSerializable instantiate(String name) {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      // The class is not initialised before its kind is known to be right, because a peer chooses
      // its name.
      Class<?> type =
          Class.forName(name, false, loader == null ? BodyDecoder.class.getClassLoader() : loader);
      return type.asSubclass(ClusterSerializable.class).getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("Class " + name + " of a body is not known here", e);
    } catch (ClassCastException e) {
      throw new IllegalArgumentException("Class " + name + " is not ClusterSerializable", e);
    } catch (NoSuchMethodException
        | IllegalAccessException
        | InstantiationException
        | InvocationTargetException e) {
      throw new IllegalArgumentException(
          "Class " + name + " of a body can't be made by a public constructor without arguments",
          e);
    }
  }
}
