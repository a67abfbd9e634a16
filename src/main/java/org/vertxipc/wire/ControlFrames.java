package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vertxipc.channel.RecordSink;

/** The frames that are not messages. */
public final class ControlFrames {
  private static final int HELLO_HEAD = 32;
  private static final int NUMBER_HEAD = 8;
  private static final int HAS_CONSUMER = 1;
  private static final int TAKES_BINARY_JSON = 1;

  private ControlFrames() {}

  /**
   * Creates the first frame of a channel.
   *
   * @param hello its contents
   * @return the frame
   */
  public static FrameWriter hello(Hello hello) {
    byte[] name = hello.node().getBytes(StandardCharsets.UTF_8);
    return new Control(HELLO_HEAD + name.length) {
      @Override
      public void write(ByteBuffer out, int at) {
        int flags = hello.takesBinaryJson() ? TAKES_BINARY_JSON : 0;
        LittleEndian.putInt(out, at, FrameKind.HELLO | flags << 8);
        LittleEndian.putShort(out, at + 2, FrameKind.PROTOCOL_VERSION);
        LittleEndian.putLong(out, at + 4, hello.incarnation());
        LittleEndian.putLong(out, at + 12, hello.addressee());
        LittleEndian.putLong(out, at + 20, hello.vertx());
        LittleEndian.putInt(out, at + 28, hello.maxMessageBytes());
        out.put(at + HELLO_HEAD, name);
      }
    };
  }

  /**
   * Announces an address that the sender exports.
   *
   * @param number from now on means the address, 1 or more
   * @param address the address
   * @param available whether it has a consumer at the sender now
   * @return the frame
   */
  public static FrameWriter export(int number, String address, boolean available) {
    byte[] name = address.getBytes(StandardCharsets.UTF_8);
    return new Control(NUMBER_HEAD + name.length) {
      @Override
      public void write(ByteBuffer out, int at) {
        LittleEndian.putInt(out, at, FrameKind.EXPORT | (available ? HAS_CONSUMER << 8 : 0));
        LittleEndian.putInt(out, at + 4, number);
        out.put(at + NUMBER_HEAD, name);
      }
    };
  }

  /**
   * Announces whether an exported address has a consumer now.
   *
   * @param number under which it was announced
   * @param available whether it has one
   * @return the frame
   */
  public static FrameWriter available(int number, boolean available) {
    return numbered(available ? FrameKind.AVAILABLE : FrameKind.UNAVAILABLE, number);
  }

  /**
   * Announces that the sender no longer exports an address.
   *
   * @param number under which it was announced
   * @return the frame
   */
  public static FrameWriter withdraw(int number) {
    return numbered(FrameKind.WITHDRAW, number);
  }

  private static FrameWriter numbered(int kind, int number) {
    return new Control(NUMBER_HEAD) {
      @Override
      public void write(ByteBuffer out, int at) {
        LittleEndian.putInt(out, at, kind);
        LittleEndian.putInt(out, at + 4, number);
      }
    };
  }

  /**
   * Creates a frame that consists of its kind only.
   *
   * @param kind {@link FrameKind#SYNCED} or {@link FrameKind#BYE}
   * @return the frame
   */
  public static FrameWriter bare(int kind) {
    return new Control(4) {
      @Override
      public void write(ByteBuffer out, int at) {
        LittleEndian.putInt(out, at, kind);
      }

      /** A goodbye comes after all messages. */
      @Override
      public int priority() {
        return kind == FrameKind.BYE ? 0 : super.priority();
      }
    };
  }

  /**
   * Reads a hello.
   *
   * @param frame the frame
   * @return its contents
   * @throws ProtocolException when it is not a hello, or has another version
   */
  public static Hello readHello(Frame frame) {
    ByteBuffer in = frame.in();
    int at = frame.at();
    if (frame.kind() != FrameKind.HELLO) {
      throw new ProtocolException("first frame of kind " + frame.kind() + ", expected a hello");
    }
    int version = LittleEndian.getShort(in, at + 2);
    if (version != FrameKind.PROTOCOL_VERSION) {
      throw new ProtocolException(
          "protocol version " + version + ", this is version " + FrameKind.PROTOCOL_VERSION);
    }
    if (frame.length() < HELLO_HEAD) {
      throw new ProtocolException("hello of " + frame.length() + " bytes");
    }
    int maxMessageBytes = LittleEndian.getInt(in, at + 28);
    if (maxMessageBytes < 1) {
      throw new ProtocolException("hello of a node that takes " + maxMessageBytes + " bytes");
    }
    return new Hello(
        LittleEndian.getLong(in, at + 4),
        LittleEndian.getLong(in, at + 12),
        LittleEndian.getLong(in, at + 20),
        maxMessageBytes,
        Utf8.read(in, at + HELLO_HEAD, frame.length() - HELLO_HEAD),
        (in.get(at + 1) & TAKES_BINARY_JSON) != 0);
  }

  /**
   * Reads the number of an export, a withdrawal, or a hint about its consumers.
   *
   * @param frame the frame
   * @return the number, not checked
   */
  public static int readNumber(Frame frame) {
    if (frame.length() < NUMBER_HEAD) {
      throw new ProtocolException("export of " + frame.length() + " bytes");
    }
    return LittleEndian.getInt(frame.in(), frame.at() + 4);
  }

  /**
   * Reads the address of an export, after {@link #readNumber}.
   *
   * @param frame the frame
   * @return the address
   */
  public static String readAddress(Frame frame) {
    return Utf8.read(frame.in(), frame.at() + NUMBER_HEAD, frame.length() - NUMBER_HEAD);
  }

  /**
   * Reads whether an export has a consumer.
   *
   * @param frame the frame
   * @return true when it had one when this was sent
   */
  public static boolean readAvailable(Frame frame) {
    return (frame.in().get(frame.at() + 1) & HAS_CONSUMER) != 0;
  }

  /**
   * The contents of a hello.
   *
   * @param incarnation of the sender
   * @param addressee incarnation of the node that it is for, because a channel may hold one for an
   *     earlier incarnation
   * @param vertx incarnation of the sender's Vert.x, which may be on several buses
   * @param maxMessageBytes the longest frame that the sender accepts
   * @param node name of the sender
   * @param takesBinaryJson whether the sender accepts the binary form of JSON
   */
  public record Hello(
      long incarnation,
      long addressee,
      long vertx,
      int maxMessageBytes,
      String node,
      boolean takesBinaryJson) {

    /**
     * Creates the hello of this process, as far as it takes the binary form of JSON.
     *
     * @param incarnation of the sender
     * @param addressee incarnation of the node that it is for
     * @param vertx incarnation of the sender's Vert.x
     * @param maxMessageBytes the longest frame that the sender accepts
     * @param node name of the sender
     */
    public Hello(long incarnation, long addressee, long vertx, int maxMessageBytes, String node) {
      this(incarnation, addressee, vertx, maxMessageBytes, node, BinaryJson.USED);
    }

    /**
     * Fails unless it is from one node and for another.
     *
     * @param from name of the sender
     * @param own incarnation of the sender
     * @param to incarnation of the receiver
     * @throws ProtocolException when it is not
     */
    public void require(String from, long own, long to) {
      if (!node.equals(from) || incarnation != own || addressee != to) {
        throw new ProtocolException("hello of node " + node + " on the channel of node " + from);
      }
    }
  }

  private abstract static class Control implements FrameWriter {
    private final int length;

    Control(int length) {
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    /** It comes before all messages, which may need its contents. */
    @Override
    public int priority() {
      return RecordSink.MAX_PRIORITY;
    }
  }
}
