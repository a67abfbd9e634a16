package org.vertxipc.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayDeque;
import java.util.Queue;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.counters.Shown;

/**
 * The numbers of one bridge as meters. A registry runs filters and listeners of the user when a
 * meter comes or goes, and the bridge tells of its numbers where user code must not run. So worker
 * threads do it, one at a time and in order. Thread-safe.
 */
final class BridgeMeters implements CounterSet.Watcher {
  private static final Logger log = LoggerFactory.getLogger(BridgeMeters.class);

  private final RegistryMeters meters;
  private final ContextInternal context;
  private final Tags own;
  private final String node;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;
  // Worker threads only, of which one is busy at a time.
  private boolean saidWhatFailed;

  private BridgeMeters(RegistryMeters meters, ContextInternal context, String bus, String node) {
    this.meters = meters;
    this.context = context;
    this.own = Tags.of("bus", bus, "node", node);
    this.node = node;
  }

  /**
   * Creates what shows the numbers of a bridge.
   *
   * @param registry of Micrometer; whoever calls this may not be able to load its class
   */
  static BridgeMeters in(Object registry, ContextInternal context, String bus, String node) {
    return new BridgeMeters(RegistryMeters.of((MeterRegistry) registry), context, bus, node);
  }

  @Override
  public void added(Shown number) {
    inTurn(() -> meters.add(number, own));
  }

  @Override
  public void removed(Shown number) {
    inTurn(() -> meters.remove(number));
  }

  /** Succeeds when all that was told before has been done. */
  Future<Void> settled() {
    Promise<Void> settled = context.promise();
    inTurn(settled::complete);
    return settled.future();
  }

  /** Ends this after all numbers are removed; succeeds then. */
  Future<Void> end() {
    inTurn(meters::release);
    return settled();
  }

  private void inTurn(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
      if (busy) {
        return;
      }
      busy = true;
    }
    // A Vert.x that ends may have no worker threads any more: then the tasks run at once.
    context.executeBlocking(this::runAll, false).onFailure(e -> runAll());
  }

  private Void runAll() {
    while (true) {
      Runnable next;
      synchronized (waiting) {
        next = waiting.poll();
        if (next == null) {
          busy = false;
          return null;
        }
      }
      try {
        next.run();
      } catch (RuntimeException | LinkageError e) {
        tell(e);
      }
    }
  }

  /** A filter that throws, for example, does so for each number. */
  private void tell(Throwable e) {
    if (!saidWhatFailed) {
      saidWhatFailed = true;
      log.warn("A counter of node '" + node + "', at least, is not shown as a meter", e);
    }
  }
}
