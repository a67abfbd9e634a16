package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import org.vertxipc.options.BusOptions;

/** The bridges of one Vert.x: one for each bus. */
final class LocalBridges {
  private static final String MAP = "vertx-ipc.bridges";

  private LocalBridges() {}

  private static LocalMap<String, IpcBridgeImpl> all(Vertx vertx) {
    return vertx.sharedData().getLocalMap(MAP);
  }

  /** Returns the bridge that is started on a bus of a name, or null. */
  static IpcBridge get(Vertx vertx, String bus) {
    return all(vertx).values().stream()
        .filter(bridge -> bridge.bus().getName().equals(bus) && bridge.isStarted())
        .findFirst()
        .orElse(null);
  }

  /**
   * Takes the place for a bridge on its bus, after a bridge that is leaving has left.
   *
   * @return fails when another bridge has the place
   */
  static Future<Void> take(Vertx vertx, IpcBridgeImpl bridge) {
    BusOptions bus = bridge.bus();
    IpcBridgeImpl other = all(vertx).putIfAbsent(key(bus), bridge);
    if (other == null) {
      return Future.succeededFuture();
    }
    Future<Void> left = other.left();
    if (left != null) {
      return left.transform(ended -> take(vertx, bridge));
    }
    return Future.failedFuture(
        new IllegalStateException(
            "This Vert.x is already on the bus '"
                + bus.getName()
                + "', as node '"
                + other.node()
                + "': a second bridge would deliver everything twice. One instance of the verticle"
                + " is enough; IpcBridge.get(vertx, \""
                + bus.getName()
                + "\") returns the existing bridge"));
  }

  /** Gives up the place, if this bridge has it. */
  static void leave(Vertx vertx, IpcBridgeImpl bridge) {
    all(vertx).removeIfPresent(key(bridge.bus()), bridge);
  }

  // Buses of one name in different directories, or of different groups, are different buses.
  private static String key(BusOptions bus) {
    return bus.getName() + '\n' + bus.getDirectory() + '\n' + bus.getGroup();
  }
}
