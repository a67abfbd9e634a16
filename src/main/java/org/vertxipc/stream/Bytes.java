package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.RecvByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.RecordWriter;

/** Bytes between Netty's buffers and the records of a ring; each byte is copied once. */
final class Bytes {
  private Bytes() {}

  /** Writes what a channel has to write. */
  static final class Writer implements RecordWriter {
    private final Window window = new Window();
    private ByteBuf bytes;
    private int length;

    /** Writes until all is written or the ring has no room. */
    void write(ChannelOutboundBuffer messages, OutboundChannel out, RingCounts counts) {
      int longest = out.maxRecord();
      for (Object m = messages.current(); m != null; m = messages.current()) {
        bytes = (ByteBuf) m;
        length = Math.min(bytes.readableBytes(), longest);
        if (length > 0 && !out.write(length, this)) {
          counts.full.increment();
          break;
        }
        counts.sent.add(length);
        // This moves the reader index, and removes the message when nothing of it is left.
        messages.removeBytes(length);
        if (length == 0) {
          messages.remove();
        }
      }
      bytes = null;
    }

    @Override
    public void write(ByteBuffer out, int offset) {
      bytes.getBytes(bytes.readerIndex(), window.at(out, offset, length));
    }
  }

  /** Gathers bytes as they come. */
  static final class Reader implements Gatherer {
    private static final int MOST = 64 * 1024;

    private final Channel channel;
    private final Consumer<ByteBuf> handler;
    private final Window window = new Window();
    private RecvByteBufAllocator.ExtendedHandle sizes;
    private ByteBuf gathered;

    Reader(Channel channel, Consumer<ByteBuf> handler) {
      this.channel = channel;
      this.handler = handler;
    }

    @Override
    public void read(ByteBuffer buffer, int at, int length) {
      if (gathered != null && gathered.readableBytes() + length > MOST) {
        fire();
      }
      if (gathered == null) {
        sizes = (RecvByteBufAllocator.ExtendedHandle) channel.unsafe().recvBufAllocHandle();
        sizes.reset(channel.config());
        int guess = sizes.guess();
        gathered = channel.alloc().ioBuffer(Math.max(guess, length));
        sizes.attemptedBytesRead(guess);
      }
      gathered.writeBytes(window.at(buffer, at, length));
    }

    @Override
    public void fire() {
      ByteBuf b = gathered;
      if (b == null) {
        return;
      }
      gathered = null;
      sizes.lastBytesRead(b.readableBytes());
      sizes.readComplete();
      handler.accept(b);
    }

    @Override
    public void release() {
      if (gathered != null) {
        gathered.release();
        gathered = null;
      }
      window.release();
    }
  }
}
