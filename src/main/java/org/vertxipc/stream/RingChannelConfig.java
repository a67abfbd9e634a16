package org.vertxipc.stream;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;

/** Takes the options that are of TCP alone, such as {@code TCP_NODELAY}, and needs none of them. */
final class RingChannelConfig extends DefaultChannelConfig {
  private final RingChannel ring;

  RingChannelConfig(RingChannel ring) {
    super(ring);
    this.ring = ring;
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    super.setOption(option, value);
    // Else Netty would warn of each option that a socket has and a ring has not.
    return true;
  }

  @Override
  protected void autoReadCleared() {
    if (!ring.isRegistered()) {
      return; // Nothing is read yet.
    }
    if (ring.eventLoop().inEventLoop()) {
      ring.stopReading();
    } else {
      ring.eventLoop().execute(ring::stopReading);
    }
  }
}
