package org.vertxipc.wire;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A message as a frame: one of {@link FrameKind#SEND}, {@link FrameKind#PUBLISH}, {@link
 * FrameKind#REQUEST} and {@link FrameKind#REPLY}. Holds one message at a time and is reused for the
 * next, so that encoding allocates nothing. One thread only.
 */
public final class MessageEncoder implements FrameWriter {
  private static final int MAX_SHORT = 0xffff;
  private static final long[] NOWHERE = {};

  private final BodyEncoder body;
  private int kind;
  private int target;
  private long mark;
  private long replyTo;
  private MultiMap headers;
  private int headerCount;
  private int length;
  private int priority;
  private String storedAddress;
  private long origin;
  private long[] way = NOWHERE;
  private boolean bounce;

  /**
   * Creates an encoder.
   *
   * @param serializable which bodies use Java's own serialisation
   */
  public MessageEncoder(SerializableBodies serializable) {
    this.body = new BodyEncoder(serializable);
  }

  /**
   * Starts a message to an address.
   *
   * @param kind send, publish or request
   * @param target the number under which the receiver exports the address
   * @param mark the correlation of a request, the number of a publish, otherwise 0
   * @return this, to be given a body
   */
  public MessageEncoder to(int kind, int target, long mark) {
    return begin(kind, target, mark, 0);
  }

  private MessageEncoder begin(int kind, int target, long mark, long replyTo) {
    this.kind = kind;
    this.target = target;
    this.mark = mark;
    this.replyTo = replyTo;
    this.priority = 0;
    this.storedAddress = null;
    this.way = NOWHERE;
    this.bounce = false;
    body.takesBinary(false);
    return this;
  }

  /**
   * Says whether it is for a node that takes the binary form of JSON, which otherwise is text.
   * Called before the body is given.
   *
   * @param takes what the node has said
   * @return this
   */
  public MessageEncoder takesBinaryJson(boolean takes) {
    body.takesBinary(takes);
    return this;
  }

  /**
   * Replaces the binary form of JSON by its text, which can be shorter: a number of few digits.
   *
   * @return false when the body is not in the binary form
   */
  public boolean asText() {
    if (!body.isBinary()) {
      return false;
    }
    body.asText();
    measure(headers);
    return true;
  }

  /**
   * Starts a reply.
   *
   * @param replyTo the correlation of the message that is answered
   * @param correlation not 0 when the reply asks for a reply in turn
   * @return this, to be given a body
   */
  public MessageEncoder reply(long replyTo, long correlation) {
    return begin(FrameKind.REPLY, 0, correlation, replyTo);
  }

  /**
   * Takes headers and a body of a type that Vert.x knows, or one that is already encoded.
   *
   * @param headers may be null
   * @param value may be null; an {@link EncodedBody} is written as it is
   * @return this, ready to be written
   * @throws IllegalArgumentException when the type needs a codec, or a header is too long
   */
  public MessageEncoder body(MultiMap headers, Object value) {
    body.prepare(value);
    return measure(headers);
  }

  /**
   * Takes headers and a body that a user's codec encodes.
   *
   * @param headers may be null
   * @param value of a type that the codec takes
   * @param codec the codec
   * @param <S> what the codec takes
   * @return this, ready to be written
   * @throws IllegalArgumentException when a header is too long
   */
  public <S> MessageEncoder body(MultiMap headers, S value, MessageCodec<S, ?> codec) {
    return body(headers, EncodedBody.of(codec, value));
  }

  private MessageEncoder measure(MultiMap headers) {
    this.headers = headers == null || headers.isEmpty() ? null : headers;
    this.headerCount = 0;
    int n = MessageDecoder.headLength(kind);
    if (storedAddress != null) {
      int address = Utf8.length(storedAddress);
      if (address > MAX_SHORT) {
        throw new IllegalArgumentException("Address of " + address + " bytes");
      }
      n += MessageDecoder.STORED_HEAD + address;
    }
    n += wayLength() + (bounce ? MessageDecoder.BOUNCE_HEAD : 0);
    if (this.headers != null) {
      for (Map.Entry<String, String> h : this.headers) {
        int key = Utf8.length(h.getKey());
        if (key > MAX_SHORT || headerCount == MAX_SHORT) {
          throw new IllegalArgumentException(
              key > MAX_SHORT ? "Header name of " + key + " bytes" : "More than 65535 headers");
        }
        headerCount++;
        n += 2 + key + 4 + Utf8.length(h.getValue());
      }
    }
    if (body.codecName() != null) {
      n += 2 + Utf8.length(body.codecName());
    }
    long total = (long) n + body.length();
    this.length = total > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) total;
    return this;
  }

  /**
   * Makes it a {@link FrameKind#STORED} frame: it contains the address, because numbers of
   * addresses do not outlive a node. Called before the body is given.
   *
   * @param address of a send or publish
   * @param origin incarnation of the Vert.x in which a publish was made
   * @return this
   */
  public MessageEncoder stored(String address, long origin) {
    this.storedAddress = address;
    this.origin = origin;
    return this;
  }

  /**
   * Makes it a {@link FrameKind#RELAYED} frame. Called before the body is given.
   *
   * @param way the incarnations of the Vert.x instances that it came through; for a publish only
   *     that in which it was made; at most {@link MessageDecoder#MAX_WAY}
   * @return this
   */
  public MessageEncoder relayed(long[] way) {
    this.way = way;
    return this;
  }

  /**
   * Makes it a {@link FrameKind#BOUNCE} frame. Called before the body is given.
   *
   * @return this
   */
  public MessageEncoder bounce() {
    this.bounce = true;
    return this;
  }

  /**
   * Sets the priority, which is 0 otherwise.
   *
   * @param priority 0 to {@link org.vertxipc.channel.RecordSink#MAX_PRIORITY}
   * @return this
   */
  public MessageEncoder priority(int priority) {
    this.priority = priority;
    return this;
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int headLength() {
    return body.isBytes() ? length - body.length() : length;
  }

  @Override
  public void writePart(ByteBuffer out, int offset, int from, int count) {
    body.writePart(out, offset, from, count);
  }

  @Override
  public ByteBuffer rest(int from) {
    return body.rest(from);
  }

  @Override
  public void write(ByteBuffer out, int offset) {
    body.write(out, head(out, offset));
  }

  @Override
  public void writeHead(ByteBuffer out, int offset) {
    head(out, offset);
  }

  private int wayLength() {
    return way.length == 0 ? 0 : MessageDecoder.RELAYED_HEAD + Long.BYTES * way.length;
  }

  /**
   * Writes the envelope of the message proper, usually nothing; returns where the message begins.
   */
  private int wrap(ByteBuffer out, int start) {
    int at = start;
    if (bounce) {
      LittleEndian.putInt(out, at, FrameKind.BOUNCE);
      at += MessageDecoder.BOUNCE_HEAD;
    }
    if (storedAddress != null) {
      int end = Utf8.write(storedAddress, out, at + MessageDecoder.STORED_HEAD);
      LittleEndian.putShort(out, at, FrameKind.STORED);
      LittleEndian.putShort(out, at + 2, end - at - MessageDecoder.STORED_HEAD);
      LittleEndian.putLong(out, at + 4, origin);
      at = end;
    }
    if (way.length > 0) {
      LittleEndian.putInt(out, at, FrameKind.RELAYED | way.length << 8);
      at += MessageDecoder.RELAYED_HEAD;
      for (long through : way) {
        LittleEndian.putLong(out, at, through);
        at += Long.BYTES;
      }
    }
    return at;
  }

  private int head(ByteBuffer out, int start) {
    int offset = wrap(out, start);
    out.put(offset, (byte) kind);
    out.put(offset + 1, (byte) body.type());
    LittleEndian.putShort(out, offset + 2, headerCount);
    LittleEndian.putInt(out, offset + 4, target);
    if (kind != FrameKind.SEND) {
      LittleEndian.putLong(out, offset + 8, mark);
      if (kind == FrameKind.REPLY) {
        LittleEndian.putLong(out, offset + 16, replyTo);
      }
    }
    int at = offset + MessageDecoder.headLength(kind);
    if (body.codecName() != null) {
      int end = Utf8.write(body.codecName(), out, at + 2);
      LittleEndian.putShort(out, at, end - at - 2);
      at = end;
    }
    if (headers != null) {
      for (Map.Entry<String, String> h : headers) {
        int end = Utf8.write(h.getKey(), out, at + 2);
        LittleEndian.putShort(out, at, end - at - 2);
        at = Utf8.write(h.getValue(), out, end + 4);
        LittleEndian.putInt(out, end, at - end - 4);
      }
      headers = null;
    }
    return at;
  }
}
