package org.vertxipc.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.vertxipc.channel.RecordWriter;

/**
 * What the called end writes instead of a {@link Greeting} when it can't make its ring: why, for
 * people. Without it the end that calls would wait for its timeout, and would not know why.
 */
final class Refusal implements RecordWriter {
  /** "VXIPCNOT" in the order of the bytes. */
  private static final long MAGIC = 0x544F4E4350495856L;

  private static final int LONGEST = 1_024;

  private final byte[] text;

  Refusal(Throwable why) {
    byte[] all = String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8);
    this.text = Arrays.copyOf(all, Math.min(all.length, LONGEST));
  }

  /** How long it is. */
  int bytes() {
    return Long.BYTES + text.length;
  }

  @Override
  public void write(ByteBuffer out, int offset) {
    Greeting.putLong(out, offset, MAGIC);
    out.put(offset + Long.BYTES, text);
  }

  /**
   * Reads a record, which is not trusted.
   *
   * @return why the other end refuses, null when the record is something else
   */
  static String read(ByteBuffer in, int offset, int length) {
    if (length < Long.BYTES || Greeting.getLong(in, offset) != MAGIC) {
      return null;
    }
    byte[] text = new byte[Math.min(length - Long.BYTES, LONGEST)];
    in.get(offset + Long.BYTES, text);
    // It comes to a log, in which it must not begin a line of its own.
    return new String(text, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}
