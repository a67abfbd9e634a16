package org.vertxipc.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes of a file of a log, as somebody else may read and write them. */
final class RawFile implements AutoCloseable {
  static final int HEAD = 128;

  private final FileChannel channel;

  /** Those of the file that all members map. */
  RawFile(Path directory) throws IOException {
    this(directory, "control");
  }

  RawFile(Path directory, String name) throws IOException {
    channel =
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  void put(long at, long value) throws IOException {
    put(at, bytes(Long.BYTES).putLong(0, value).array());
  }

  void putInt(long at, int value) throws IOException {
    put(at, bytes(Integer.BYTES).putInt(0, value).array());
  }

  void put(long at, byte[] value) throws IOException {
    channel.write(ByteBuffer.wrap(value), at);
  }

  long get(long at) throws IOException {
    ByteBuffer found = bytes(Long.BYTES);
    channel.read(found, at);
    return found.getLong(0);
  }

  void head(long value) throws IOException {
    put(HEAD, value);
  }

  long size() throws IOException {
    return channel.size();
  }

  void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
