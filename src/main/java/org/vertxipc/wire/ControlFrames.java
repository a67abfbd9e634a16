package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vertxipc.channel.RecordSink;

/** The frames that are not messages. */
public final class ControlFrames {
  private static final int HELLO_HEAD = 20;
  private static final int EXPORT_HEAD = 8;

  private ControlFrames() {}

  /**
   * The first frame of a channel.
   *
   * @param incarnation of the sender
   * @param addressee incarnation of the node that it is said to: a store may hold what was said to
   *     an earlier one
   * @param node name of the sender
   * @return the frame
   */
  public static FrameWriter hello(long incarnation, long addressee, String node) {
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    return new Frame(HELLO_HEAD + name.length) {
      @Override
      public void write(ByteBuffer out, int at) {
        LittleEndian.putInt(out, at, FrameKind.HELLO);
        LittleEndian.putShort(out, at + 2, FrameKind.PROTOCOL_VERSION);
        LittleEndian.putLong(out, at + 4, incarnation);
        LittleEndian.putLong(out, at + 12, addressee);
        out.put(at + HELLO_HEAD, name);
      }
    };
  }

  /**
   * An address that the sender exports.
   *
   * @param number from now on means the address, 1 or more
   * @param address the address
   * @return the frame
   */
  public static FrameWriter export(int number, String address) {
    byte[] name = address.getBytes(StandardCharsets.UTF_8);
    return new Frame(EXPORT_HEAD + name.length) {
      @Override
      public void write(ByteBuffer out, int at) {
        LittleEndian.putInt(out, at, FrameKind.EXPORT);
        LittleEndian.putInt(out, at + 4, number);
        out.put(at + EXPORT_HEAD, name);
      }
    };
  }

  /**
   * An address that the sender exports no longer.
   *
   * @param number under which it was announced
   * @return the frame
   */
  public static FrameWriter withdraw(int number) {
    return new Frame(EXPORT_HEAD) {
      @Override
      public void write(ByteBuffer out, int at) {
        LittleEndian.putInt(out, at, FrameKind.WITHDRAW);
        LittleEndian.putInt(out, at + 4, number);
      }
    };
  }

  /**
   * A frame that is its kind and nothing else.
   *
   * @param kind {@link FrameKind#SYNCED} or {@link FrameKind#BYE}
   * @return the frame
   */
  public static FrameWriter bare(int kind) {
    return new Frame(4) {
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
   * @param in holds the frame
   * @param at its offset
   * @param length its length
   * @return what it says
   * @throws ProtocolException when it is none, or of another version
   */
  public static Hello readHello(ByteBuffer in, int at, int length) {
    int kind = in.get(at) & 0xff;
    if (kind != FrameKind.HELLO || length < HELLO_HEAD) {
      throw new ProtocolException(
          "first frame of kind " + kind + " and " + length + " bytes, expected a hello");
    }
    int version = LittleEndian.getShort(in, at + 2);
    if (version != FrameKind.PROTOCOL_VERSION) {
      throw new ProtocolException(
          "protocol version " + version + ", this is version " + FrameKind.PROTOCOL_VERSION);
    }
    return new Hello(
        LittleEndian.getLong(in, at + 4),
        LittleEndian.getLong(in, at + 12),
        Utf8.read(in, at + HELLO_HEAD, length - HELLO_HEAD));
  }

  /**
   * Reads the number of an export or a withdrawal.
   *
   * @param in holds the frame
   * @param at its offset
   * @param length its length
   * @return the number, not checked
   */
  public static int readNumber(ByteBuffer in, int at, int length) {
    if (length < EXPORT_HEAD) {
      throw new ProtocolException("export of " + length + " bytes");
    }
    return LittleEndian.getInt(in, at + 4);
  }

  /**
   * Reads the address of an export, after {@link #readNumber}.
   *
   * @param in holds the frame
   * @param at its offset
   * @param length its length
   * @return the address
   */
  public static String readAddress(ByteBuffer in, int at, int length) {
    return Utf8.read(in, at + EXPORT_HEAD, length - EXPORT_HEAD);
  }

  /**
   * What a hello says.
   *
   * @param incarnation of the sender
   * @param addressee incarnation of the node that it is said to
   * @param node name of the sender
   */
  public record Hello(long incarnation, long addressee, String node) {}

  private abstract static class Frame implements FrameWriter {
    private final int length;

    Frame(int length) {
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    /** Before all messages, which may need what it says. */
    @Override
    public int priority() {
      return RecordSink.MAX_PRIORITY;
    }
  }
}
