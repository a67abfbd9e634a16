package org.vertxipc.metrics;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.spi.metrics.VertxMetrics;
import org.vertxipc.counters.CounterSet;

/**
 * The meters of a bridge, from its start to its end. There are some if the metrics of its Vert.x
 * are enabled and go to Micrometer; what depends on Micrometer is loaded only then. Nothing of a
 * bridge fails because its meters do. Thread-safe.
 */
public final class Meters {
  private static final Logger log = LoggerFactory.getLogger(Meters.class);

  // The class of Vert.x has an interface of this name. What Vert.x publishes finds a registry only
  // by a name that a user may have chosen, and no longer tells which.
  private static final String MICROMETER = "io.vertx.micrometer.impl.MicrometerMetrics";

  private static final String EXPORT =
      "io.vertx.metrics.micrometer/io.vertx.micrometer.impl=org.vertxipc";

  private final ContextInternal context;
  private final CounterSet numbers;
  private final String bus;
  private final String node;
  private BridgeMeters meters;
  private boolean ended;

  /**
   * Prepares meters.
   *
   * @param context of the bridge; its worker threads are used
   * @param numbers which are shown, and added and removed meanwhile
   * @param bus the name of the bus
   * @param node the name of the node
   */
  public Meters(ContextInternal context, CounterSet numbers, String bus, String node) {
    this.context = context;
    this.numbers = numbers;
    this.bus = bus;
    this.node = node;
  }

  /**
   * Shows the numbers.
   *
   * @return succeeds when those that are there now are shown, or can't be
   */
  public synchronized Future<Void> start() {
    VertxMetrics metrics = context.owner().metrics();
    // Whoever ends a bridge may be faster than whoever starts it.
    if (metrics == null || meters != null || ended) {
      return context.succeededFuture();
    }
    try {
      Object registry = registry(metrics);
      if (registry == null) {
        return context.succeededFuture();
      }
      meters = BridgeMeters.in(registry, context, bus, node);
    } catch (IllegalAccessException e) {
      return without(": on the module path that needs --add-exports " + EXPORT, e);
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      return without("", e);
    }
    numbers.watch(meters);
    return meters.settled();
  }

  /**
   * Shows the numbers no longer.
   *
   * @return succeeds when all meters are removed
   */
  public synchronized Future<Void> stop() {
    ended = true;
    if (meters == null) {
      return context.succeededFuture();
    }
    numbers.unwatch(meters);
    Future<Void> removed = meters.end();
    meters = null;
    return removed;
  }

  private Future<Void> without(String cure, Throwable cause) {
    log.warn("The counters of node '" + node + "' are not shown as meters" + cure, cause);
    return context.succeededFuture();
  }

  private static Object registry(VertxMetrics metrics) throws ReflectiveOperationException {
    for (Class<?> c = metrics.getClass(); c != null; c = c.getSuperclass()) {
      for (Class<?> of : c.getInterfaces()) {
        if (of.getName().equals(MICROMETER)) {
          return of.getMethod("registry").invoke(metrics);
        }
      }
    }
    return null;
  }
}
