package org.vertxipc;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Says whether a bridge is well, as a procedure for {@code HealthChecks} of Vert.x. It needs {@code
 * io.vertx:vertx-health-check}, which an application that uses this class names as a dependency.
 */
public final class IpcHealth {
  private static final String LOST = "messages.lost";
  private static final String LAST_ERROR = "last.error";

  private final IpcBridge bridge;
  private final IpcHealthOptions options;
  // Guarded by this.
  private long lostBefore;
  private boolean hasLost;
  private long lossFoundNanos;

  private IpcHealth(IpcBridge bridge, IpcHealthOptions options) {
    this.bridge = Objects.requireNonNull(bridge);
    this.options = new IpcHealthOptions(options);
    this.lostBefore = lost(bridge.counters());
  }

  /**
   * Returns a procedure that checks a bridge with the default options: it succeeds when the bridge
   * is started, not too much waits, and nothing was lost within a minute.
   *
   * @param bridge which may be started later
   * @return see {@link #procedure(IpcBridge, IpcHealthOptions)}
   */
  public static Handler<Promise<Status>> procedure(IpcBridge bridge) {
    return procedure(bridge, new IpcHealthOptions());
  }

  /**
   * Returns a procedure that checks a bridge. Its status has the numbers that it has looked at
   * ({@code node}, {@code started}, {@code peers}, {@code queuedBytes} by peer, {@code lost} by
   * reason), in {@code lastError} what went wrong last and when, which alone is no problem, and in
   * {@code problems} a sentence for each reason why it is KO.
   *
   * @param bridge which may be started later
   * @param options what is asked of it
   * @return what {@code HealthChecks.register} takes. What was lost before this call is no problem
   */
  public static Handler<Promise<Status>> procedure(IpcBridge bridge, IpcHealthOptions options) {
    IpcHealth health = new IpcHealth(bridge, options);
    return health::check;
  }

  private void check(Promise<Status> result) {
    if (bridge instanceof IpcBridgeImpl own && !own.isStarted()) {
      result.complete(ko(data(false), "The bridge is not started, or is closed"));
      return;
    }
    bridge
        .peers()
        .onComplete(
            peers -> result.complete(status(peers)),
            e -> result.complete(ko(data(true), "The peers are not known: " + e.getMessage())));
  }

  private static Status ko(JsonObject data, String problem) {
    return Status.KO(data.put("problems", new JsonArray().add(problem)));
  }

  private JsonObject data(boolean started) {
    JsonObject lost = new JsonObject();
    JsonObject data =
        new JsonObject().put("node", bridge.node()).put("started", started).put("lost", lost);
    for (IpcBusState.Count count : bridge.counters()) {
      if (count.name().equals(LOST) && count.value() > 0) {
        lost.put(String.join(" ", count.tags().values()), count.value());
      } else if (count.name().equals(LAST_ERROR)) {
        data.put("lastError", lastError(count));
      }
    }
    return data;
  }

  private static JsonObject lastError(IpcBusState.Count error) {
    return new JsonObject()
        .put("at", Instant.ofEpochMilli(error.value()).toString())
        .put("text", error.tags().get("text"));
  }

  private Status status(List<IpcPeer> peers) {
    JsonArray problems = new JsonArray();
    List<String> names = peers.stream().map(IpcPeer::node).sorted().toList();
    for (String name : options.getPeers()) {
      if (!names.contains(name)) {
        problems.add("Node '" + name + "' is not connected");
      }
    }
    if (names.size() < options.getMinPeers()) {
      problems.add(
          "Of " + options.getMinPeers() + " nodes that are needed, " + connected(names.size()));
    }
    JsonObject queued = new JsonObject();
    for (IpcPeer peer : peers) {
      if (peer.queuedBytes() > 0) {
        queued.put(peer.node(), peer.queuedBytes());
      }
      if (peer.queuedBytes() > options.getMaxQueuedBytes()) {
        problems.add(peer.queuedBytes() + " bytes wait for node '" + peer.node() + "'");
      }
    }
    if (options.getQuietMillis() > 0) {
      checkLosses(problems);
    }
    JsonObject data = data(true).put("peers", new JsonArray(names)).put("queuedBytes", queued);
    return problems.isEmpty() ? Status.OK(data) : Status.KO(data.put("problems", problems));
  }

  private static String connected(int nodes) {
    return nodes + (nodes == 1 ? " is" : " are") + " connected";
  }

  private static long lost(List<IpcBusState.Count> counters) {
    return counters.stream()
        .filter(count -> count.name().equals(LOST))
        .mapToLong(IpcBusState.Count::value)
        .sum();
  }

  /** Looks for losses since the last check, each of which is a problem for some time. */
  private synchronized void checkLosses(JsonArray problems) {
    long now = System.nanoTime();
    long lost = lost(bridge.counters());
    if (lost > lostBefore) {
      hasLost = true;
      lossFoundNanos = now;
    }
    lostBefore = lost;
    long millis = TimeUnit.NANOSECONDS.toMillis(now - lossFoundNanos);
    if (hasLost && millis < options.getQuietMillis()) {
      problems.add("Messages were lost: it was noticed " + millis / 1_000 + " s ago");
    }
  }
}
