package org.vertxipc.testing.mesh;

/**
 * What a message of the mesh is. All of it is in one number that travels with the message, and from
 * which its body follows.
 *
 * @param place number of the thread that sent it
 * @param number counts the messages of one sender, place and lane to one address, from 0
 */
@SuppressWarnings("EnumOrdinal") // Both ends are of the same build.
record MessageId(
    int node, int incarnation, int place, Lane lane, int address, Kind kind, Act act, int number) {

  static final int MAX_NUMBER = (1 << 28) - 1;
  private static final int MAX_INCARNATION = 255;
  static final int LONG_TIMEOUT = 8_000;
  private static final int STREAM_SHIFT = 33;

  /** The way by which a message goes out. */
  enum Lane {
    EVENT_BUS,
    /** {@code IpcBridge.sender} and {@code publisher}. */
    OUTLET
  }

  /** The way in which it is sent. */
  enum Kind {
    SEND,
    PUBLISH,
    REQUEST
  }

  /** What its consumer does with it. */
  enum Act {
    NOTHING,
    REPLY,
    FAIL,
    /** Replies with a request of its own. */
    ASK,
    /** Never replies. */
    SILENT,
    /** Replies after the timeout of the request. */
    LATE
  }

  MessageId {
    if (incarnation < 1 || incarnation > MAX_INCARNATION || number < 0 || number > MAX_NUMBER) {
      throw new IllegalArgumentException(
          "life " + incarnation + ", number " + number + ": more than an id can tell");
    }
  }

  private static final Lane[] LANES = Lane.values();
  private static final Kind[] KINDS = Kind.values();
  private static final Act[] ACTS = Act.values();

  /** 28 bits number, 3 act, 2 kind, 8 address, 1 lane, 2 place, 8 incarnation, 3 node. */
  long toLong() {
    long bits = node;
    bits = bits << 8 | incarnation;
    bits = bits << 2 | place;
    bits = bits << 1 | lane.ordinal();
    bits = bits << 8 | address;
    bits = bits << 2 | kind.ordinal();
    bits = bits << 3 | act.ordinal();
    return bits << 28 | number;
  }

  static MessageId of(long bits) {
    return new MessageId(
        (int) (bits >> 52),
        (int) (bits >> 44 & 255),
        (int) (bits >> 42 & 3),
        LANES[(int) (bits >> 41 & 1)],
        (int) (bits >> STREAM_SHIFT & 255),
        KINDS[(int) (bits >> 31 & 3)],
        ACTS[(int) (bits >> 28 & 7)],
        (int) (bits & MAX_NUMBER));
  }

  /**
   * Returns whether a number that came from outside may be one. Incarnations count from 1: 0 is
   * none.
   */
  static boolean isOne(long bits) {
    return bits > 0
        && bits >>> 55 == 0
        && (bits >> 44 & 255) != 0
        && (bits >> 31 & 3) < KINDS.length
        && (bits >> 28 & 7) < ACTS.length;
  }

  /** Returns a number that is the same for all messages that are counted together. */
  static int stream(long bits) {
    return (int) (bits >>> STREAM_SHIFT);
  }

  static int number(long bits) {
    return (int) (bits & MAX_NUMBER);
  }

  /** Returns how long its sender waits for a reply, in milliseconds. */
  static int timeoutMillis(long bits, MeshPlan.Role role) {
    long mixed = MeshBody.mix(bits ^ 0x5eed);
    int some = (int) (mixed >>> 40 & 511);
    Act act = ACTS[(int) (bits >> 28 & 7)];
    if (act == Act.SILENT || act == Act.LATE) {
      return 100 + some;
    }
    return role == MeshPlan.Role.BARRIER || (mixed & 3) == 0 ? LONG_TIMEOUT : 200 + some;
  }
}
