package org.vertxipc.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.channel.RecordSink;
import org.vertxipc.channel.RecordWriter;

/** Keeps the records that are written to it, and always has room. */
final class RecordsSink implements RecordSink {
  final List<byte[]> records = new ArrayList<>();
  private final int longest;

  RecordsSink(int longest) {
    this.longest = longest;
  }

  @Override
  public int maxRecord() {
    return longest;
  }

  @Override
  public boolean write(int length, RecordWriter record) {
    byte[] bytes = new byte[length];
    record.write(ByteBuffer.wrap(bytes), 0);
    records.add(bytes);
    return true;
  }

  @Override
  public void flush() {}
}
