package org.vertxipc.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.SocketAddress;

/**
 * How the bytes of a connection go. One thread only: that of the channel's loop. It tells its owner
 * everything in turns of their own, except what has been read.
 */
interface Way {

  /** Begins to connect, or to answer. The owner is told when it is ready, or that it has ended. */
  void start();

  /** Pauses reading, or goes on. It starts paused. */
  void pause(boolean paused);

  /** Writes until all is written or there is no room; the owner is told of room. */
  void write(ChannelOutboundBuffer messages) throws Exception;

  /** Releases everything. The owner is told nothing any more. */
  void close();

  /** What this end calls itself. */
  SocketAddress local();

  /** What this end calls the other. */
  SocketAddress remote();

  /** Whether it goes by rings. */
  boolean isRing();

  /** The channel whose bytes go here. */
  interface Owner {
    /** The channel, for its loop, its allocator and its options. */
    Channel channel();

    /** The connection is there. */
    void onReady();

    /** Bytes were read, which the owner releases. */
    void onRead(ByteBuf bytes);

    /** What was read until now is a batch. */
    void onReadComplete();

    /** There is room to write, or writing will fail. */
    void onRoom();

    /**
     * The connection has ended, or will not be.
     *
     * @param cause why, null when the other end has just closed it, or has died
     */
    void onEnd(Throwable cause);
  }
}
