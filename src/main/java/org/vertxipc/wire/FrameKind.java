package org.vertxipc.wire;

/** The first byte of every record. {@code docs/wire.md} describes each in detail. */
public final class FrameKind {
  /** Opens a channel: protocol version, incarnation, node name. */
  public static final int HELLO = 1;

  /** The sender of this frame accepts messages for an address, under this number. */
  public static final int EXPORT = 2;

  /** The sender no longer accepts messages for it. */
  public static final int WITHDRAW = 3;

  /** All exports of the start have been announced. */
  public static final int SYNCED = 4;

  /** The sender leaves the bus normally; nothing follows. */
  public static final int BYE = 5;

  /** A message to one consumer. */
  public static final int SEND = 6;

  /** A message to all consumers. */
  public static final int PUBLISH = 7;

  /** A message to one consumer that may reply. */
  public static final int REQUEST = 8;

  /** The reply to a request, or to a reply that asked for one. */
  public static final int REPLY = 9;

  /** The first fragment of a frame that is longer than a record. */
  public static final int FRAGMENT_FIRST = 10;

  /** A further fragment of it. */
  public static final int FRAGMENT_NEXT = 11;

  /** A message that waits in a file for a node that may be down; it names its address. */
  public static final int STORED = 12;

  /** An address that the sender of this frame exports has a consumer there now. */
  public static final int AVAILABLE = 13;

  /** It has none. Both are hints: messages sent in between are bounced. */
  public static final int UNAVAILABLE = 14;

  /** A send or request, as it came, that found no consumer: its sender tries the next node. */
  public static final int BOUNCE = 15;

  /** A message that a node passes on from one bus to another, with the way it has come. */
  public static final int RELAYED = 16;

  /** The version of the protocol, in {@link #HELLO}. */
  public static final int PROTOCOL_VERSION = 3;

  private FrameKind() {}

  /**
   * Returns whether a frame announces exports or consumers of its sender.
   *
   * @param kind its first byte
   * @return false for messages and all other kinds
   */
  public static boolean isAnnouncement(int kind) {
    return kind == EXPORT
        || kind == WITHDRAW
        || kind == SYNCED
        || kind == AVAILABLE
        || kind == UNAVAILABLE;
  }

  static boolean isMessage(int kind) {
    return kind >= SEND && kind <= REPLY;
  }
}
