package org.vertxipc.wire;

/** The type of a body, as one byte. The numbers up to 17 are those of Vert.x's own codecs. */
final class BodyType {
  static final int NULL = 0;
  static final int STRING = 2;
  static final int BUFFER = 3;
  static final int JSON_OBJECT = 4;
  static final int JSON_ARRAY = 5;
  static final int BYTES = 6;
  static final int INT = 7;
  static final int LONG = 8;
  static final int FLOAT = 9;
  static final int DOUBLE = 10;
  static final int BOOLEAN = 11;
  static final int SHORT = 12;
  static final int CHAR = 13;
  static final int BYTE = 14;
  static final int REPLY_EXCEPTION = 15;
  static final int CLUSTER_SERIALIZABLE = 16;
  static final int SERIALIZABLE = 17;
  static final int BIG_INTEGER = 18;
  static final int BIG_DECIMAL = 19;
  static final int BINARY_OBJECT = 20;
  static final int BINARY_ARRAY = 21;

  /** Encoded by a codec that the user registered; the frame contains its name. */
  static final int USER = 255;

  private BodyType() {}

  /** Returns whether it is JSON in the form that not every node takes. */
  static boolean isBinaryJson(int type) {
    return type == BINARY_OBJECT || type == BINARY_ARRAY;
  }

  static boolean isImmutable(int type) {
    return switch (type) {
      case BUFFER,
          JSON_OBJECT,
          JSON_ARRAY,
          BINARY_OBJECT,
          BINARY_ARRAY,
          BYTES,
          CLUSTER_SERIALIZABLE,
          SERIALIZABLE,
          USER ->
          false;
      default -> true;
    };
  }
}
