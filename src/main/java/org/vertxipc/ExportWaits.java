package org.vertxipc;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The waits until some peer exports an address.
 *
 * <p>A wait with a timeout is forgotten when that is over. A wait without one may be abandoned
 * unnoticed, because {@code Future.timeout} makes a future of its own and does not cancel this one.
 * So the number of such waits is bounded; when there are more, the oldest one fails.
 */
final class ExportWaits {
  /** How many waits without a timeout there may be for one address. */
  static final int MAX_OF_AN_ADDRESS = 1_000;

  /** How many waits without a timeout there may be for all addresses. */
  static final int MAX = 10_000;

  private static final long NO_TIMER = -1;

  private final VertxInternal vertx;
  private final Supplier<Future<? extends Collection<String>>> exportedNow;
  private final Map<String, Awaited> addresses = new HashMap<>();
  private final Set<Wait> untimed = new LinkedHashSet<>();
  private boolean closed;

  /**
   * Creates an empty set of waits.
   *
   * @param exportedNow returns what the connected peers export
   */
  ExportWaits(VertxInternal vertx, Supplier<Future<? extends Collection<String>>> exportedNow) {
    this.vertx = vertx;
    this.exportedNow = exportedNow;
  }

  private static final class Awaited {
    final Set<Wait> untimed = new LinkedHashSet<>();
    final Set<Wait> timed = new LinkedHashSet<>();
  }

  /** Waits without end. */
  Future<Void> add(String address) {
    return add(new Wait(address, UserContext.current(vertx)), awaited -> awaited.untimed);
  }

  /** Waits until a timeout. */
  Future<Void> add(String address, long timeout, TimeUnit unit) {
    Wait wait = new Wait(address, UserContext.current(vertx));
    // The timer is set only after the wait is registered, because it might fire at once.
    return add(
        wait,
        awaited -> {
          long millis = Math.max(1, unit.toMillis(timeout));
          wait.timer = wait.context.setTimer(millis, () -> timedOut(wait, millis));
          return awaited.timed;
        });
  }

  private Future<Void> add(Wait wait, Function<Awaited, Set<Wait>> place) {
    Wait tooOld;
    boolean first;
    synchronized (this) {
      if (closed || !wait.context.bind(wait)) {
        return closed();
      }
      first = !addresses.containsKey(wait.address);
      Awaited awaited = addresses.computeIfAbsent(wait.address, a -> new Awaited());
      place.apply(awaited).add(wait);
      tooOld = wait.timer == NO_TIMER ? enter(wait, awaited) : null;
    }
    if (tooOld != null) {
      tooOld.fail(
          new IllegalStateException(
              "Too many waits: the oldest fails when there are more than "
                  + MAX_OF_AN_ADDRESS
                  + " for one address or "
                  + MAX
                  + " in all. This one was for '"
                  + tooOld.address
                  + "'; awaitExport(address, timeout, unit) has no such bound"));
    }
    if (first) {
      look(wait.address);
    }
    return wait.promise.future();
  }

  private static Future<Void> closed() {
    return Future.failedFuture(
        new ReplyException(ReplyFailure.ERROR, IpcBridge.CLOSED, "The bridge is closed"));
  }

  private Wait enter(Wait wait, Awaited awaited) {
    untimed.add(wait);
    Set<Wait> full =
        awaited.untimed.size() > MAX_OF_AN_ADDRESS
            ? awaited.untimed
            : untimed.size() > MAX ? untimed : Set.of();
    if (full.isEmpty()) {
      return null;
    }
    Wait oldest = full.iterator().next();
    remove(oldest);
    return oldest;
  }

  /** Checks what was exported before the wait began, because that is not announced again. */
  private void look(String address) {
    exportedNow
        .get()
        .onSuccess(
            exported -> {
              if (exported.contains(address)) {
                announced(List.of(address));
              }
            })
        .onFailure(e -> take(address).forEach(wait -> wait.fail(e)));
  }

  private void timedOut(Wait wait, long millis) {
    if (remove(wait)) {
      wait.fail(
          new TimeoutException(
              "No node exports '" + wait.address + "' (waited " + millis + " ms)"));
    }
  }

  /** Called when some peer has exported these. */
  void announced(Collection<String> exported) {
    List<Wait> waits = new ArrayList<>();
    synchronized (this) {
      if (addresses.isEmpty()) {
        return;
      }
      exported.forEach(address -> waits.addAll(take(address)));
    }
    waits.forEach(Wait::succeed);
  }

  private synchronized List<Wait> take(String address) {
    Awaited awaited = addresses.remove(address);
    if (awaited == null) {
      return List.of();
    }
    List<Wait> waits = new ArrayList<>(awaited.untimed);
    waits.addAll(awaited.timed);
    awaited.untimed.forEach(untimed::remove);
    return waits;
  }

  private synchronized boolean remove(Wait wait) {
    Awaited awaited = addresses.get(wait.address);
    if (awaited == null || !(awaited.untimed.remove(wait) || awaited.timed.remove(wait))) {
      return false;
    }
    untimed.remove(wait);
    if (awaited.untimed.isEmpty() && awaited.timed.isEmpty()) {
      addresses.remove(wait.address);
    }
    return true;
  }

  /** Fails all waits, and later ones. */
  void close() {
    List<Wait> waits = new ArrayList<>();
    synchronized (this) {
      closed = true;
      List.copyOf(addresses.keySet()).forEach(address -> waits.addAll(take(address)));
    }
    waits.forEach(wait -> wait.fail(closed().cause()));
  }

  /** Returns how many waits there are. */
  synchronized int size() {
    return addresses.values().stream().mapToInt(a -> a.untimed.size() + a.timed.size()).sum();
  }

  private final class Wait implements Closeable {
    final String address;
    final UserContext context;
    final Promise<Void> promise;
    long timer = NO_TIMER;

    Wait(String address, UserContext context) {
      this.address = address;
      this.context = context;
      this.promise = context.promise();
    }

    void succeed() {
      end();
      context.run(() -> promise.tryComplete());
    }

    void fail(Throwable e) {
      end();
      context.run(() -> promise.tryFail(e));
    }

    private void end() {
      context.unbind(this);
      if (timer != NO_TIMER) {
        context.cancelTimer(timer);
      }
    }

    /** Called when the verticle that waited is undeployed. */
    @Override
    public void close(Completable<Void> completion) {
      if (remove(this)) {
        end();
      }
      completion.succeed();
    }
  }
}
