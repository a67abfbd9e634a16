package org.vertxipc.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;

/** A connection by rings is, for a Netty pipeline, what a connection by TCP is. */
@Timeout(120)
@SuppressWarnings(
    "FutureReturnValueIgnored") // Of writes whose bytes are looked for at the other end.
class RingChannelTest {
  private static final int RING = 1 << 16;

  /** Checks that what comes is the sequence of bytes that a {@link Random} of this seed makes. */
  private static final class Checker extends ChannelInboundHandlerAdapter {
    final AtomicLong bytes = new AtomicLong();
    volatile boolean inactive;
    volatile Throwable wrong;
    private final Random expected;
    private int completes;
    private int reads;

    Checker(long seed) {
      expected = new Random(seed);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf b = (ByteBuf) message;
      byte[] one = new byte[1];
      while (b.isReadable()) {
        expected.nextBytes(one);
        byte is = b.readByte();
        if (is != one[0] && wrong == null) {
          wrong = new AssertionError("byte " + bytes + " is " + is + ", expected " + one[0]);
        }
        bytes.incrementAndGet();
      }
      b.release();
      reads++;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      completes++;
      if (completes > reads) {
        wrong = new AssertionError("a batch without a read");
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      inactive = true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      wrong = cause;
    }

    void has(long many) throws Exception {
      Await.until("bytes", () -> bytes.get() >= many || wrong != null);
      if (wrong != null) {
        throw new AssertionError(wrong);
      }
      assertEquals(many, bytes.get());
    }
  }

  private static ByteBuf next(Random source, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      byte[] one = new byte[1];
      source.nextBytes(one);
      bytes[i] = one[0];
    }
    return Unpooled.wrappedBuffer(bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesComeWholeAndInOrderBothWays(boolean nativeTransport) throws Exception {
    try (RingChannels all = new RingChannels(nativeTransport, RING)) {
      Checker toServer = new Checker(1);
      Checker toClient = new Checker(2);
      RingChannels.Pair pair = all.pair(toClient, toServer);
      Random there = new Random(1);
      Random back = new Random(2);
      Random lengths = new Random(3);
      long sent = 0;
      long answered = 0;
      for (int i = 0; i < 500; i++) {
        // Also nothing, a byte, more than a record holds, and more than the whole ring.
        int length = i % 50 == 0 ? 3 * RING : lengths.nextInt(i % 7 == 0 ? 20_000 : 300);
        pair.client().write(next(there, length));
        sent += length;
        int other = lengths.nextInt(2_000);
        pair.server().writeAndFlush(next(back, other));
        answered += other;
        if (i % 5 == 0) {
          pair.client().flush();
        }
      }
      ChannelFuture last = pair.client().writeAndFlush(Unpooled.EMPTY_BUFFER);
      assertTrue(last.await(20, TimeUnit.SECONDS) && last.isSuccess());
      toServer.has(sent);
      toClient.has(answered);
      assertEquals(RingChannels.SERVER, pair.client().remoteAddress());
      assertEquals(RingChannels.CLIENT, pair.server().remoteAddress());
      pair.client().close().sync();
      Await.until("closed", () -> toServer.inactive && toClient.inactive);
      Await.until("removed", () -> all.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReaderThatDoesNotReadStopsTheWriter(boolean nativeTransport) throws Exception {
    try (RingChannels all = new RingChannels(nativeTransport, RING)) {
      Checker server = new Checker(1);
      RingChannels.Pair pair = all.pair(new ChannelInboundHandlerAdapter(), server, false);
      Random source = new Random(1);
      Channel client = pair.client();
      ChannelFuture last = null;
      int sent = 0;
      while (client.isWritable()) {
        last = client.writeAndFlush(next(source, 1_000));
        sent += 1_000;
        assertTrue(sent < 10 * RING, "the writer never stops");
        client.eventLoop().submit(() -> {}).sync();
      }
      assertEquals(0, server.bytes.get());
      assertFalse(last.isDone());
      // One batch for each call of read, which the ring bounds; then it waits again.
      pair.server().read();
      Await.until("one batch", () -> server.bytes.get() > 0);
      pair.server().config().setAutoRead(true);
      assertTrue(last.await(20, TimeUnit.SECONDS) && last.isSuccess());
      server.has(sent);
      Await.until("writable", client::isWritable);
      // And off again: nothing more comes.
      pair.server().config().setAutoRead(false);
      pair.server().eventLoop().submit(() -> {}).sync();
      client.writeAndFlush(next(source, 10)).sync();
      client.eventLoop().submit(() -> {}).sync();
      pair.server().eventLoop().schedule(() -> {}, 50, TimeUnit.MILLISECONDS).sync();
      assertEquals(sent, server.bytes.get());
      pair.server().read();
      server.has(sent + 10);
    }
  }

  @Test
  void aLongMessagePassesThroughAShortRing() throws Exception {
    try (RingChannels all = new RingChannels(true, 1 << 20)) {
      AtomicLong bytes = new AtomicLong();
      RingChannels.Pair pair =
          all.pair(
              new ChannelInboundHandlerAdapter(),
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                  bytes.addAndGet(((ByteBuf) message).readableBytes());
                  ((ByteBuf) message).release();
                }
              });
      ChannelFuture done = pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[64 << 20]));
      assertTrue(done.await(20, TimeUnit.SECONDS) && done.isSuccess());
      Await.until("all", () -> bytes.get() == 64 << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasWrittenBeforeTheEndIsReadFirst(boolean nativeTransport) throws Exception {
    try (RingChannels all = new RingChannels(nativeTransport, RING)) {
      Checker server = new Checker(1);
      RingChannels.Pair pair = all.pair(new ChannelInboundHandlerAdapter(), server, false);
      pair.client().writeAndFlush(next(new Random(1), 5_000)).sync();
      pair.client().close().sync();
      pair.server().eventLoop().schedule(() -> {}, 50, TimeUnit.MILLISECONDS).sync();
      assertTrue(pair.server().isActive(), "nobody has read it yet");
      pair.server().config().setAutoRead(true);
      server.has(5_000);
      Await.until("closed", () -> server.inactive);
      ChannelFuture late = pair.server().writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
      assertTrue(late.await(10, TimeUnit.SECONDS));
      assertInstanceOf(ClosedChannelException.class, late.cause());
      assertEquals(List.of(), all.files());
    }
  }

  @Test
  void whatWaitsForRoomFailsWhenTheOtherEndCloses() throws Exception {
    try (RingChannels all = new RingChannels(true, RING)) {
      RingChannels.Pair pair =
          all.pair(new ChannelInboundHandlerAdapter(), new ChannelInboundHandlerAdapter(), false);
      ChannelFuture waits = pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[4 * RING]));
      pair.server().close().sync();
      assertTrue(waits.await(10, TimeUnit.SECONDS));
      assertInstanceOf(ClosedChannelException.class, waits.cause());
      assertTrue(pair.client().closeFuture().await(10, TimeUnit.SECONDS));
      Await.until("removed", () -> all.isEmpty());
    }
  }

  @Test
  void nobodyAnswers() throws Exception {
    try (RingChannels all = new RingChannels(true, RING)) {
      ChannelFuture f = all.connect(new ChannelInboundHandlerAdapter(), 200, true, () -> {});
      assertTrue(f.await(20, TimeUnit.SECONDS));
      assertInstanceOf(ConnectTimeoutException.class, f.cause());
      assertTrue(f.channel().closeFuture().await(10, TimeUnit.SECONDS));
      assertEquals(List.of(), all.files());
    }
  }

  @Test
  void nobodyCanBeCalled() throws Exception {
    try (RingChannels all = new RingChannels(true, RING)) {
      ChannelFuture f =
          all.connect(
              new ChannelInboundHandlerAdapter(),
              20_000,
              true,
              () -> {
                throw new IOException("the door is shut");
              });
      assertTrue(f.await(20, TimeUnit.SECONDS));
      ConnectException why = assertInstanceOf(ConnectException.class, f.cause());
      assertTrue(why.getMessage().endsWith("the door is shut"), why.getMessage());
      assertTrue(f.channel().closeFuture().await(10, TimeUnit.SECONDS));
      assertEquals(List.of(), all.files());
    }
  }

  @Test
  void closedWhileItConnects() throws Exception {
    try (RingChannels all = new RingChannels(true, RING)) {
      ChannelFuture f = all.connect(new ChannelInboundHandlerAdapter(), 20_000, true, () -> {});
      f.channel().close();
      assertTrue(f.await(20, TimeUnit.SECONDS));
      assertInstanceOf(ClosedChannelException.class, f.cause());
      Await.until("removed", () -> all.isEmpty());
    }
  }

  /** The header of the ring is shared memory: the other process may write what it likes. */
  @ParameterizedTest
  @ValueSource(longs = {8, Long.MAX_VALUE, -8, 3})
  void aRuinedRingEndsItsConnectionAndNoOther(long head) throws Exception {
    try (RingChannels all = new RingChannels(true, RING)) {
      Checker server = new Checker(1);
      RingChannels.Pair sound = all.pair(new ChannelInboundHandlerAdapter(), server);
      RingChannels.Pair pair =
          all.pair(new ChannelInboundHandlerAdapter(), new ChannelInboundHandlerAdapter(), false);
      // The position of the reader, see docs/wire.md: beyond what was written, or no position.
      try (RandomAccessFile ring = new RandomAccessFile(all.base("s") + ".ring", "rw")) {
        ring.seek(256);
        ring.writeLong(Long.reverseBytes(head + (1L << 40)));
      }
      ChannelFuture f = pair.client().writeAndFlush(Unpooled.wrappedBuffer(new byte[4 * RING]));
      assertTrue(f.await(10, TimeUnit.SECONDS) && !f.isSuccess());
      assertTrue(pair.client().closeFuture().await(10, TimeUnit.SECONDS));
      sound.client().writeAndFlush(next(new Random(1), 100)).sync();
      server.has(100);
    }
  }
}
