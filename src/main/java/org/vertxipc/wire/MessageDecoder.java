package org.vertxipc.wire;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/**
 * Reads one message frame at a time. {@link #wrap} checks every length before anything is used; the
 * body is made only on request. One thread only.
 */
public final class MessageDecoder {
  /** Through how many Vert.x a message may be passed on. */
  public static final int MAX_WAY = 16;

  /** What precedes the address of a stored message, which the message itself follows. */
  static final int STORED_HEAD = 12;

  /** What precedes the way of a message that is passed on, which the message follows. */
  static final int RELAYED_HEAD = 4;

  /** What precedes a message that is given back. */
  static final int BOUNCE_HEAD = 4;

  private static final long[] NOWHERE = {};

  private final BodyDecoder bodies;
  private ByteBuffer in;
  private String storedAddress;
  private int kind;
  private int bodyType;
  private int target;
  private int priority;
  private boolean bounced;
  private long origin;
  private long[] way = NOWHERE;
  private long mark;
  private long replyTo;
  private String codecName;
  private MultiMap headers;
  private int bodyAt;
  private int bodyLength;
  private Buffer body;

  /**
   * Creates a decoder.
   *
   * @param serializable which bodies Java's own deserialisation may create
   */
  public MessageDecoder(SerializableBodies serializable) {
    this.bodies = new BodyDecoder(serializable);
  }

  static int headLength(int kind) {
    return switch (kind) {
      case FrameKind.REQUEST, FrameKind.PUBLISH -> 16;
      case FrameKind.REPLY -> 24;
      default -> 8;
    };
  }

  /**
   * Finds where a body starts, when only the first bytes have arrived.
   *
   * @return the offset from the frame's start; -1 when it is not a message, malformed, or the body
   *     starts later
   */
  static int bodyOffset(ByteBuffer in, int offset, int length) {
    int end = offset + length;
    int start = offset;
    for (int p = wrapper(in, start, end); p != 0; p = wrapper(in, start, end)) {
      if (p < 0 || p >= end - start) {
        return -1;
      }
      start += p;
    }
    int kind = in.get(start) & 0xff;
    int head = headLength(kind);
    if (!FrameKind.isMessage(kind) || end - start < head) {
      return -1;
    }
    int at = start + head;
    if ((in.get(start + 1) & 0xff) == BodyType.USER) {
      at = skip(in, at, end, false);
    }
    int headerCount = LittleEndian.getShort(in, start + 2);
    for (int i = 0; i < headerCount && at >= 0; i++) {
      at = skip(in, at, end, false);
      at = at < 0 ? at : skip(in, at, end, true);
    }
    return at < 0 ? -1 : at - offset;
  }

  /** Returns the length of a message's envelope; 0 for none, -1 when it is cut off. */
  private static int wrapper(ByteBuffer in, int at, int end) {
    return switch (in.get(at) & 0xff) {
      case FrameKind.STORED ->
          end - at < STORED_HEAD ? -1 : STORED_HEAD + LittleEndian.getShort(in, at + 2);
      case FrameKind.RELAYED ->
          end - at < RELAYED_HEAD ? -1 : RELAYED_HEAD + Long.BYTES * (in.get(at + 1) & 0xff);
      case FrameKind.BOUNCE -> BOUNCE_HEAD;
      default -> 0;
    };
  }

  /** Returns where a text ends that follows its length; -1 when it is not complete. */
  private static int skip(ByteBuffer in, int at, int end, boolean longText) {
    int prefix = longText ? 4 : 2;
    if (end - at < prefix) {
      return -1;
    }
    int n = longText ? LittleEndian.getInt(in, at) : LittleEndian.getShort(in, at);
    return n < 0 || n > end - at - prefix ? -1 : at + prefix + n;
  }

  /**
   * Takes a frame.
   *
   * @param frame the frame; its bytes must not be closed or reused before the body is taken
   * @return this
   * @throws ProtocolException when it is malformed
   */
  public MessageDecoder wrap(Frame frame) {
    priority = frame.priority();
    return wrap(frame.in(), frame.at(), frame.length(), frame.body());
  }

  MessageDecoder wrap(ByteBuffer in, int offset, int length, Buffer body) {
    int end = offset + length;
    int at = offset;
    storedAddress = null;
    way = NOWHERE;
    bounced = kindAt(in, at, end) == FrameKind.BOUNCE;
    if (bounced) {
      need(at, BOUNCE_HEAD, end, "head");
      at += BOUNCE_HEAD;
    }
    boolean stored = kindAt(in, at, end) == FrameKind.STORED;
    if (stored) {
      at = stored(in, at, end);
    }
    if (kindAt(in, at, end) == FrameKind.RELAYED) {
      at = way(in, at, end);
    }
    message(in, at, end - at, body);
    boolean known =
        switch (kind) {
          case FrameKind.SEND -> true;
          case FrameKind.PUBLISH -> !bounced && way.length <= 1;
          case FrameKind.REQUEST -> !stored;
          case FrameKind.REPLY -> !stored && !bounced && way.length == 0;
          default -> false;
        };
    if (!known || (stored && bounced)) {
      throw new ProtocolException(
          "message of kind " + kind + " in a frame of kind " + (in.get(offset) & 0xff));
    }
    return this;
  }

  private static int kindAt(ByteBuffer in, int at, int end) {
    need(at, 4, end, "frame");
    return in.get(at) & 0xff;
  }

  private int stored(ByteBuffer in, int at, int end) {
    need(at, STORED_HEAD, end, "head");
    int n = LittleEndian.getShort(in, at + 2);
    origin = LittleEndian.getLong(in, at + 4);
    need(at + STORED_HEAD, n, end, "address");
    storedAddress = Utf8.read(in, at + STORED_HEAD, n);
    return at + STORED_HEAD + n;
  }

  private int way(ByteBuffer in, int at, int end) {
    int n = in.get(at + 1) & 0xff;
    if (n == 0 || n > MAX_WAY) {
      throw new ProtocolException("way through " + n + " nodes, expected 1 to " + MAX_WAY);
    }
    need(at + RELAYED_HEAD, Long.BYTES * n, end, "way");
    way = new long[n];
    for (int i = 0; i < n; i++) {
      way[i] = LittleEndian.getLong(in, at + RELAYED_HEAD + Long.BYTES * i);
    }
    return at + RELAYED_HEAD + Long.BYTES * n;
  }

  private MessageDecoder message(ByteBuffer in, int offset, int length, Buffer body) {
    this.in = in;
    this.body = body;
    int end = offset + length;
    this.kind = kindAt(in, offset, end);
    int head = headLength(kind);
    need(offset, head, end, "head");
    this.bodyType = in.get(offset + 1) & 0xff;
    int headerCount = LittleEndian.getShort(in, offset + 2);
    this.target = LittleEndian.getInt(in, offset + 4);
    this.mark = head >= 16 ? LittleEndian.getLong(in, offset + 8) : 0;
    this.replyTo = head >= 24 ? LittleEndian.getLong(in, offset + 16) : 0;
    int at = offset + head;
    this.codecName = null;
    if (bodyType == BodyType.USER) {
      need(at, 2, end, "codec name");
      int n = LittleEndian.getShort(in, at);
      need(at + 2, n, end, "codec name");
      codecName = Utf8.read(in, at + 2, n);
      at += 2 + n;
    }
    this.headers = null;
    if (headerCount > 0) {
      headers = MultiMap.caseInsensitiveMultiMap();
      for (int i = 0; i < headerCount; i++) {
        at = header(at, end);
      }
    }
    this.bodyAt = at;
    this.bodyLength = end - at;
    if (body != null && bodyLength > 0) {
      throw new ProtocolException(bodyLength + " bytes of a body before the body");
    }
    return this;
  }

  private int header(int at, int end) {
    need(at, 2, end, "header name");
    int n = LittleEndian.getShort(in, at);
    need(at + 2, n, end, "header name");
    String key = Utf8.read(in, at + 2, n);
    int value = at + 2 + n;
    need(value, 4, end, "header value");
    int m = LittleEndian.getInt(in, value);
    need(value + 4, m, end, "header value");
    headers.add(key, Utf8.read(in, value + 4, m));
    return value + 4 + m;
  }

  private static void need(int at, int length, int end, String what) {
    if (length < 0 || length > end - at) {
      throw new ProtocolException(
          what + " of " + length + " bytes where " + (end - at) + " are left in the frame");
    }
  }

  /**
   * Returns the kind of the frame.
   *
   * @return see {@link FrameKind}
   */
  public int kind() {
    return kind;
  }

  /**
   * Returns the address of a stored message.
   *
   * @return null when it is not a stored message
   */
  public String storedAddress() {
    return storedAddress;
  }

  /**
   * Returns the Vert.x in which it was made.
   *
   * @return its incarnation; meaningless when it is not stored
   */
  public long origin() {
    return origin;
  }

  /**
   * Returns the Vert.x through which it was passed on; for a publish, where it was made.
   *
   * @return their incarnations, 0 to {@link #MAX_WAY}: none from its sender itself
   */
  public long[] way() {
    return way;
  }

  /**
   * Returns whether it is given back.
   *
   * @return true for a send or request of this node
   */
  public boolean isBounced() {
    return bounced;
  }

  /**
   * Returns the number of a publish.
   *
   * @return higher than those before it of the same Vert.x; meaningless for other kinds
   */
  public long number() {
    return mark;
  }

  /**
   * Returns the priority with which it arrived.
   *
   * @return 0 where channels have no priorities
   */
  public int priority() {
    return priority;
  }

  /**
   * Returns the number of the address, for all kinds but replies.
   *
   * @return the number, not checked
   */
  public int target() {
    return target;
  }

  /**
   * Returns the correlation under which a reply is wanted.
   *
   * @return 0 when none is
   */
  public long correlation() {
    return kind == FrameKind.PUBLISH ? 0 : mark;
  }

  /**
   * Returns which message a reply answers.
   *
   * @return its correlation, not checked
   */
  public long replyTo() {
    return replyTo;
  }

  /**
   * Returns the name of the codec that the sender's user registered.
   *
   * @return null when the body is of a type that Vert.x knows
   */
  public String codecName() {
    return codecName;
  }

  /**
   * Returns the headers.
   *
   * @return null when there are none
   */
  public MultiMap headers() {
    return headers;
  }

  /**
   * Returns whether {@link #body} is immutable, so that consumers may share it.
   *
   * @return false for buffers, JSON and other mutable objects
   */
  public boolean isBodyImmutable() {
    return BodyType.isImmutable(bodyType);
  }

  /**
   * Makes the body, when {@link #codecName} is null.
   *
   * @return the body, null for the null body
   * @throws RuntimeException when the bytes are not a valid one; the message fails then, and not
   *     the channel
   */
  public Object body() {
    if (body == null) {
      return bodies.decode(bodyType, in, bodyAt, bodyLength);
    }
    if (bodyType == BodyType.BUFFER) {
      return body;
    }
    ByteBuffer bytes = ((BufferInternal) body).unwrap().nioBuffer();
    return bodies.decode(bodyType, bytes, 0, body.length());
  }

  /**
   * Returns the encoded body, to be passed on.
   *
   * @return its type and bytes
   */
  public EncodedBody encodedBody() {
    return new EncodedBody(bodyType, codecName, bodyBytes());
  }

  /**
   * Returns the bytes of the body, for the codec named by {@link #codecName}.
   *
   * @return a buffer that nobody else has
   */
  public Buffer bodyBytes() {
    return body != null ? body : BodyDecoder.buffer(in, bodyAt, bodyLength);
  }
}
