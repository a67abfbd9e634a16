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
  /** What comes before the address of a stored message, which is followed by the message itself. */
  static final int STORED_HEAD = 4;

  private final BodyDecoder bodies;
  private ByteBuffer in;
  private String storedAddress;
  private int kind;
  private int bodyType;
  private int target;
  private long correlation;
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
      case FrameKind.REQUEST -> 16;
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
    int kind = in.get(offset) & 0xff;
    if (kind == FrameKind.STORED && length >= STORED_HEAD) {
      int prefix = STORED_HEAD + LittleEndian.getShort(in, offset + 2);
      boolean nested = length > prefix && (in.get(offset + prefix) & 0xff) != FrameKind.STORED;
      int found = nested ? bodyOffset(in, offset + prefix, length - prefix) : -1;
      return found < 0 ? -1 : prefix + found;
    }
    int head = headLength(kind);
    if (!FrameKind.isMessage(kind) || length < head) {
      return -1;
    }
    int end = offset + length;
    int at = offset + head;
    if ((in.get(offset + 1) & 0xff) == BodyType.USER) {
      at = skip(in, at, end, false);
    }
    int headerCount = LittleEndian.getShort(in, offset + 2);
    for (int i = 0; i < headerCount && at >= 0; i++) {
      at = skip(in, at, end, false);
      at = at < 0 ? at : skip(in, at, end, true);
    }
    return at < 0 ? -1 : at - offset;
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
   * @param in holds it, and must not be closed or filled anew before the body has been taken
   * @param offset of the frame
   * @param length of the frame
   * @param body the body when it is not in the frame, else null; it becomes the message's own
   * @return this
   * @throws ProtocolException when it is malformed
   */
  public MessageDecoder wrap(ByteBuffer in, int offset, int length, Buffer body) {
    storedAddress = null;
    if ((in.get(offset) & 0xff) != FrameKind.STORED) {
      return message(in, offset, length, body);
    }
    int end = offset + length;
    need(offset, STORED_HEAD, end, "head");
    int n = LittleEndian.getShort(in, offset + 2);
    need(offset + STORED_HEAD, n + 1, end, "address");
    String address = Utf8.read(in, offset + STORED_HEAD, n);
    int at = offset + STORED_HEAD + n;
    message(in, at, end - at, body);
    if (kind != FrameKind.SEND && kind != FrameKind.PUBLISH) {
      throw new ProtocolException("stored frame of kind " + kind);
    }
    storedAddress = address;
    return this;
  }

  private MessageDecoder message(ByteBuffer in, int offset, int length, Buffer body) {
    this.in = in;
    this.body = body;
    this.kind = in.get(offset) & 0xff;
    int head = headLength(kind);
    int end = offset + length;
    need(offset, head, end, "head");
    this.bodyType = in.get(offset + 1) & 0xff;
    int headerCount = LittleEndian.getShort(in, offset + 2);
    this.target = LittleEndian.getInt(in, offset + 4);
    this.correlation = head >= 16 ? LittleEndian.getLong(in, offset + 8) : 0;
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
    return correlation;
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
   * The bytes of the body, for the codec named by {@link #codecName}.
   *
   * @return a buffer that nobody else has
   */
  public Buffer bodyBytes() {
    return body != null ? body : BodyDecoder.buffer(in, bodyAt, bodyLength);
  }
}
