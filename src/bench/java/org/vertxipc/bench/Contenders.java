package org.vertxipc.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The contenders by name. */
final class Contenders {
  private Contenders() {}

  static Contender of(String name, Path directory) {
    return switch (name) {
      case "shm-park" -> new IpcContender("shm", "park", true, directory);
      case "shm-spin" -> new IpcContender("shm", "spin", true, directory);
      case "shm-unmarked" -> new IpcContender("shm", "park", false, directory);
      case "fifo", "sysv", "anonymous", "mqueue", "mapped" ->
          new IpcContender(name, "park", true, directory);
      case "clustered" -> new ClusteredContender(ClusteredContender.Kind.TCP, directory);
      case "clustered-rings" -> new ClusteredContender(ClusteredContender.Kind.RINGS, directory);
      case "clustered-no-network" ->
          new ClusteredContender(ClusteredContender.Kind.NO_NETWORK, directory);
      case "tcp-bridge" -> new TcpBridgeContender(null);
      case "unix-bridge" -> new TcpBridgeContender(directory.resolve("bridge.socket"));
      case "local-same" -> new LocalContender(true);
      case "local-other" -> new LocalContender(false);
      default -> throw new IllegalArgumentException("No contender '" + name + "'");
    };
  }

  /** Options that are the same for all: a process that the benchmark stops is not blocked. */
  static VertxOptions options() {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setBlockedThreadCheckInterval(1)
        .setBlockedThreadCheckIntervalUnit(TimeUnit.HOURS);
  }

  static Vertx vertx() {
    return Vertx.vertx(options());
  }
}
