package org.vertxipc.stream;

import io.netty.util.NetUtil;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.cluster.ClusterManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.vertxipc.channel.Namespace;

/**
 * What a Vert.x that is about to be built says of its event bus.
 *
 * @param eventBus its options, as the user has set them
 * @param bootstrap builds it
 * @param network whether it can be reached by TCP, too
 */
record Profile(EventBusOptions eventBus, VertxBootstrap bootstrap, boolean network) {
  private static final String LOCALHOST = "localhost";

  /** Returns the longest frame that is read; 0 under TLS, where nobody sees frames. */
  int longestFrame(int maxMessageBytes) {
    return eventBus.isSsl() ? 0 : maxMessageBytes;
  }

  /**
   * All addresses that the cluster may know this event bus by. Which of them its cluster manager
   * tells others is Vert.x's own decision, made when the server is bound.
   *
   * @param bound what the server is bound to
   */
  Set<String> addresses(InetSocketAddress bound) throws IOException {
    Set<String> hosts = new LinkedHashSet<>();
    hosts.add(bound.getHostString());
    InetAddress ip = bound.getAddress();
    if (ip != null) {
      hosts.add(ip.getHostAddress());
      if (network && ip.isAnyLocalAddress()) {
        hosts.add(LOCALHOST);
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .forEach(each -> hosts.add(each.getHostAddress()));
      }
    }
    ClusterManager manager = bootstrap.clusterManager();
    Stream<String> configured = Stream.of(eventBus.getHost(), eventBus.getClusterPublicHost());
    Stream<String> known =
        manager == null
            ? Stream.empty()
            : Stream.of(manager.clusterHost(), manager.clusterPublicHost());
    Stream.concat(configured, known).filter(Objects::nonNull).forEach(hosts::add);
    Set<String> all = new LinkedHashSet<>();
    int published = eventBus.getClusterPublicPort();
    for (String host : hosts) {
      all.add(address(host, bound.getPort()));
      if (published > 0) {
        all.add(address(host, published));
      }
    }
    return all;
  }

  /**
   * Writes an address in the one way by which it is found. An address that means this very machine
   * is valid in its network namespace only, unless no network is used at all.
   */
  String address(String host, int port) throws IOException {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    String name = host.toLowerCase(Locale.ROOT);
    boolean here = name.equals(LOCALHOST);
    if (bytes != null) {
      InetAddress ip = InetAddress.getByAddress(bytes);
      name = ip.getHostAddress();
      here = ip.isLoopbackAddress() || ip.isAnyLocalAddress();
    }
    return (here && network ? Namespace.NET.identity() + "," : "") + name + ":" + port;
  }
}
