package org.vertxipc.eventbus;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Which addresses of other processes would be heard there now: that a handler stands for consumers
 * elsewhere does not say that there are any. Thread-safe.
 */
public final class Elsewhere implements Shareable {
  private static final String MAP = "__vertx-ipc.elsewhere";

  private final Map<String, BooleanSupplier> heard = new ConcurrentHashMap<>();

  private Elsewhere() {}

  /**
   * Returns those of a Vert.x.
   *
   * @param vertx the Vert.x
   * @return the same object for all callers
   */
  public static Elsewhere of(Vertx vertx) {
    LocalMap<String, Elsewhere> map = vertx.sharedData().getLocalMap(MAP);
    return map.computeIfAbsent("", k -> new Elsewhere());
  }

  /**
   * Adds an address.
   *
   * @param address which messages may leave by
   * @param isHeard whether a node has a consumer of it, or keeps what comes; called on any thread
   */
  public void add(String address, BooleanSupplier isHeard) {
    heard.put(address, isHeard);
  }

  /**
   * Removes an address.
   *
   * @param address that has no way any more
   */
  public void remove(String address) {
    heard.remove(address);
  }

  boolean isHeard(String address) {
    BooleanSupplier isHeard = heard.get(address);
    return isHeard != null && isHeard.getAsBoolean();
  }
}
