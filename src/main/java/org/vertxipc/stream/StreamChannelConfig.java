package org.vertxipc.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Accepts the options of TCP, such as {@code TCP_NODELAY}, of which a ring needs none, and keeps
 * them for a channel of TCP that takes its place or stands behind it.
 */
final class StreamChannelConfig extends DefaultChannelConfig {
  private final Runnable stopReading;
  private final Map<ChannelOption<?>, Object> kept = new LinkedHashMap<>();

  /**
   * The configuration of a channel.
   *
   * @param stopReading called on the channel's loop when {@code AUTO_READ} was switched off
   */
  StreamChannelConfig(Channel channel, Runnable stopReading) {
    super(channel);
    this.stopReading = stopReading;
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    if (!super.setOption(option, value)) {
      // Otherwise Netty would warn of each option that a socket has and a ring does not have.
      kept.put(option, value);
    }
    return true;
  }

  /** Sets the options of another channel that this one has. */
  void copyTo(ChannelConfig other) {
    other.setAllocator(getAllocator());
    other.setConnectTimeoutMillis(getConnectTimeoutMillis());
    kept.forEach((option, value) -> set(other, option, value));
  }

  @SuppressWarnings("unchecked") // An option and its value were set together.
  private static <T> void set(ChannelConfig other, ChannelOption<T> option, Object value) {
    other.setOption(option, (T) value);
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
