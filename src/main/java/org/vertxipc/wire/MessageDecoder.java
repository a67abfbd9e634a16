package org.vertxipc.wire;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/**
 * Reads one message frame at a time. {@link #wrap} checks every length before anything is used; the
 * body is made only when it is asked for. One thread only.
 */
public final class MessageDecoder {
  /** Through how many Vert.x a message may be passed on. */
  public static final int MAX_WAY = 16;

  /** What comes before the address of a stored message, which is followed by the message itself. */
  static final int STORED_HEAD = 12;

  /** What comes before the way of a message that is passed on, which is followed by the message. */
  static final int RELAYED_HEAD = 4;

  /** What comes before a message that is given back. */
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
   * A decoder.
   *
   * @param serializable which bodies are made by Java's own deserialisation
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
   * Finds where the body of a message starts, of which only the first bytes are there.
   *
   * @return the offset from the frame's start; -1 when it is no message, malformed, or the body
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

  /** The length of what stands around a message; 0 when there is nothing, -1 when it is cut. */
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

  /** Gives where a text ends that stands after its length, a short or an int; -1 when not there. */
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
   * @param frame the frame; its bytes must not be closed or filled anew before the body is taken
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
   * The kind of the frame.
   *
   * @return see {@link FrameKind}
   */
  public int kind() {
    return kind;
  }

  /**
   * The address of a stored message.
   *
   * @return null when it is none
   */
  public String storedAddress() {
    return storedAddress;
  }

  /**
   * In which Vert.x a stored message was made.
   *
   * @return its incarnation; of no meaning when it is not stored
   */
  public long origin() {
    return origin;
  }

  /**
   * Through which Vert.x a message was passed on; of a publish, where it was made.
   *
   * @return their incarnations, 0 to {@link #MAX_WAY}: none when it comes from its sender
   */
  public long[] way() {
    return way;
  }

  /**
   * Whether it is given back, because it found no consumer.
   *
   * @return true for a send or request of this node
   */
  public boolean isBounced() {
    return bounced;
  }

  /**
   * The number of a publish.
   *
   * @return higher than those before it of the same Vert.x; of no meaning for other kinds
   */
  public long number() {
    return mark;
  }

  /**
   * The priority with which it came.
   *
   * @return 0 where channels know none
   */
  public int priority() {
    return priority;
  }

  /**
   * The number of the address, of all but replies.
   *
   * @return the number, not checked
   */
  public int target() {
    return target;
  }

  /**
   * Under which number a reply is wanted.
   *
   * @return 0 when none is
   */
  public long correlation() {
    return kind == FrameKind.PUBLISH ? 0 : mark;
  }

  /**
   * Which message a reply answers.
   *
   * @return its correlation, not checked
   */
  public long replyTo() {
    return replyTo;
  }

  /**
   * The name of the codec that the sender's user registered.
   *
   * @return null when the body is of a type that Vert.x knows
   */
  public String codecName() {
    return codecName;
  }

  /**
   * The headers.
   *
   * @return null when there are none
   */
  public MultiMap headers() {
    return headers;
  }

  /**
   * Whether {@link #body} gives an object that nobody may change, so that it need not be copied for
   * each consumer.
   *
   * @return false for buffers, JSON and other mutable objects
   */
  public boolean isBodyImmutable() {
    return switch (bodyType) {
      case BodyType.BUFFER,
          BodyType.JSON_OBJECT,
          BodyType.JSON_ARRAY,
          BodyType.BYTES,
          BodyType.CLUSTER_SERIALIZABLE,
          BodyType.SERIALIZABLE,
          BodyType.USER ->
          false;
      default -> true;
    };
  }

  /**
   * Makes the body, when {@link #codecName} is null.
   *
   * @return the body, null for the null body
   * @throws RuntimeException when the bytes do not make one; the frame as such is well-formed, so
   *     that it is the message's failure and not the channel's
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
   * The body as it stands, to be passed on.
   *
   * @return its type and bytes
   */
  public EncodedBody encodedBody() {
    return new EncodedBody(bodyType, codecName, bodyBytes());
  }

  /**
   * The bytes of the body, for the codec named by {@link #codecName}.
   *
   * @return a buffer that nobody else has
   */
  public Buffer bodyBytes() {
    return body != null ? body : BodyDecoder.buffer(in, bodyAt, bodyLength);
  }
}
