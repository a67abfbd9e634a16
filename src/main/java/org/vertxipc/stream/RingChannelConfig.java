package org.vertxipc.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;

/** Accepts the options of TCP, such as {@code TCP_NODELAY}, of which a ring needs none. */
final class RingChannelConfig extends DefaultChannelConfig {
  private final Runnable stopReading;

  /**
   * The configuration of a channel.
   *
   * @param stopReading called on the channel's loop when {@code AUTO_READ} was switched off
   */
  RingChannelConfig(Channel channel, Runnable stopReading) {
    super(channel);
    this.stopReading = stopReading;
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    super.setOption(option, value);
    // Otherwise Netty would warn of each option that a socket has and a ring does not have.
    return true;
  }

  @Override
  protected void autoReadCleared() {
    // Before the channel is registered nothing is read.
    if (channel.isRegistered()) {
      if (channel.eventLoop().inEventLoop()) {
        stopReading.run();
      } else {
        channel.eventLoop().execute(stopReading);
      }
    }
  }
}
