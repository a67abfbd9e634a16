package org.vertxipc.wire;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A message as a frame: one of {@link FrameKind#SEND}, {@link FrameKind#PUBLISH}, {@link
 * FrameKind#REQUEST} and {@link FrameKind#REPLY}. Holds one message at a time and is used again for
 * the next, so that encoding allocates nothing. One thread only.
 */
public final class MessageEncoder implements FrameWriter {
  private static final int MAX_SHORT = 0xffff;

  private final BodyEncoder body;
  private int kind;
  private int target;
  private long correlation;
  private long replyTo;
  private MultiMap headers;
  private int headerCount;
  private int length;
  private int priority;
  private String storedAddress;

  /**
   * An encoder.
   *
   * @param serializable which bodies go by Java's own serialisation
   */
  public MessageEncoder(SerializableBodies serializable) {
    this.body = new BodyEncoder(serializable);
  }

  /**
   * A message to an address.
   *
   * @param kind send, publish or request
   * @param target the number under which the receiver exports the address
   * @param correlation of a request, else 0
   * @return this, to be given a body
   */
  public MessageEncoder to(int kind, int target, long correlation) {
    this.kind = kind;
    this.target = target;
    this.correlation = correlation;
    this.replyTo = 0;
    this.priority = 0;
    this.storedAddress = null;
    return this;
  }

  /**
   * A reply.
   *
   * @param replyTo the correlation of the message that is answered
   * @param correlation not 0 when the reply asks for a reply in turn
   * @return this, to be given a body
   */
  public MessageEncoder reply(long replyTo, long correlation) {
    this.kind = FrameKind.REPLY;
    this.target = 0;
    this.correlation = correlation;
    this.replyTo = replyTo;
    this.priority = 0;
    this.storedAddress = null;
    return this;
  }

  /**
   * Takes headers and a body of a type that Vert.x knows.
   *
   * @param headers may be null
   * @param value may be null
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
   * @param value what the codec takes
   * @param codec the codec
   * @param <S> what the codec takes
   * @return this, ready to be written
   * @throws IllegalArgumentException when a header is too long
   */
  public <S> MessageEncoder body(MultiMap headers, S value, MessageCodec<S, ?> codec) {
    body.prepare(value, codec);
    return measure(headers);
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
   * Makes it a {@link FrameKind#STORED} frame: numbers of addresses do not outlive a node, so that
   * it names the address. Called before the body is given.
   *
   * @param address of a send or publish
   * @return this
   */
  public MessageEncoder stored(String address) {
    this.storedAddress = address;
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

  private int head(ByteBuffer out, int start) {
    int offset = start;
    if (storedAddress != null) {
      out.put(start, (byte) FrameKind.STORED);
      out.put(start + 1, (byte) 0);
      offset = Utf8.write(storedAddress, out, start + MessageDecoder.STORED_HEAD);
      LittleEndian.putShort(out, start + 2, offset - start - MessageDecoder.STORED_HEAD);
    }
    out.put(offset, (byte) kind);
    out.put(offset + 1, (byte) body.type());
    LittleEndian.putShort(out, offset + 2, headerCount);
    LittleEndian.putInt(out, offset + 4, target);
    if (kind == FrameKind.REQUEST || kind == FrameKind.REPLY) {
      LittleEndian.putLong(out, offset + 8, correlation);
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
