package org.vertxipc.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.jfr.Flight;
import org.vertxipc.posix.PosixException;

/** The connections of an event bus, and what has been said of them. Thread-safe. */
final class Connections {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final int MAX_WARNINGS = 1000;

  private final Map<Channel, Entry> open = new ConcurrentHashMap<>();
  private final LongAdder byRing = new LongAdder();
  private final LongAdder byTcp = new LongAdder();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private final CounterSet counters;

  /** What is known of a connection. */
  private static final class Entry {
    final boolean inbound;
    final String node;
    volatile String whyNot;

    Entry(boolean inbound, String node, String whyNot) {
      this.inbound = inbound;
      this.node = node;
      this.whyNot = whyNot;
    }
  }

  /**
   * No connections.
   *
   * @param counters where others see how many there are
   */
  Connections(CounterSet counters) {
    this.counters = counters;
    for (boolean ring : new boolean[] {true, false}) {
      Map<String, String> tags = Map.of("by", ring ? "ring" : "tcp");
      counters.level(this, "connections", tags, () -> countOpen(ring));
      counters.count(this, "connections.made", tags, () -> total(ring));
    }
  }

  private long countOpen(boolean ring) {
    return open.keySet().stream()
        .filter(channel -> channel.isActive() && isRing(channel) == ring)
        .count();
  }

  /** Counts a connection when it is there. */
  private final class Counting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      boolean ring = isRing(context.channel());
      (ring ? byRing : byTcp).increment();
      Entry entry = open.get(context.channel());
      Flight.connection(
          String.valueOf(context.channel().remoteAddress()),
          ring,
          entry == null ? null : entry.whyNot);
      context.pipeline().remove(this);
      context.fireChannelActive();
    }
  }

  private static boolean isRing(Channel channel) {
    return channel instanceof StreamChannel stream && stream.isRing();
  }

  /** A connection that goes by rings, unless {@link #byTcp} is said of it. */
  void addRing(Channel channel, boolean inbound, String node) {
    add(channel, new Entry(inbound, node, null));
  }

  /** A connection that goes by TCP. */
  void addTcp(Channel channel, boolean inbound, String why) {
    add(channel, new Entry(inbound, null, why));
  }

  private void add(Channel channel, Entry entry) {
    open.put(channel, entry);
    channel.pipeline().addFirst(new Counting());
    channel
        .closeFuture()
        .addListener(
            closed -> {
              open.remove(channel);
            });
  }

  /** A connection can't go by rings, and goes by TCP instead. */
  void byTcp(Channel channel, String why) {
    Entry entry = open.get(channel);
    if (entry != null) {
      entry.whyNot = why;
    }
  }

  /** A connection that was to go by rings has not come to be. */
  void notMade(Channel channel) {
    open.remove(channel);
  }

  /** How many there were until now by rings, or by TCP, those that are open included. */
  long total(boolean ring) {
    return (ring ? byRing : byTcp).sum();
  }

  /** Warns once of a reason, and logs it at debug when it is met again. */
  void warn(String text, Throwable cause) {
    warn(text, text, cause);
  }

  /**
   * Warns once of what happens to somebody for one reason: the text may name files that are others
   * each time.
   */
  void warnOf(String who, String text, Throwable cause) {
    String kind = cause instanceof PosixException p ? p.errno().name() : cause.getClass().getName();
    warn(who + " " + kind, text, cause);
  }

  private void warn(String key, String text, Throwable cause) {
    if (warned.size() < MAX_WARNINGS && warned.add(key)) {
      counters.note(text);
      log.warn(text, cause);
    } else {
      log.debug(text, cause);
    }
  }

  /** The connections that are open now. */
  List<StreamConnection> all() {
    List<StreamConnection> all = new ArrayList<>();
    open.forEach(
        (channel, entry) -> {
          if (channel.isActive() && channel.remoteAddress() instanceof InetSocketAddress remote) {
            all.add(
                new StreamConnection(
                    remote.getHostString(),
                    remote.getPort(),
                    entry.inbound,
                    isRing(channel),
                    entry.node,
                    entry.whyNot));
          }
        });
    return all;
  }
}
