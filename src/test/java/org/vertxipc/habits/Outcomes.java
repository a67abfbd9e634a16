package org.vertxipc.habits;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;

/** Counts how many requests have succeeded, and how many failed in each way. */
final class Outcomes {
  static final String OK = "ok";
  static final String NODE_GONE = "NODE_GONE";

  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<Object, Integer> repliers = new HashMap<>();

  private Outcomes() {}

  /** Waits for all requests, each of which must end. */
  static Outcomes of(Collection<? extends Future<? extends Message<?>>> requests) throws Exception {
    Outcomes outcomes = new Outcomes();
    for (Future<? extends Message<?>> request : requests) {
      Await.settled(request);
      if (request.succeeded()) {
        outcomes.repliers.merge(request.result().body(), 1, Integer::sum);
      }
      outcomes.counts.merge(kind(request), 1, Integer::sum);
    }
    return outcomes;
  }

  private static String kind(Future<?> request) {
    if (request.succeeded()) {
      return OK;
    }
    if (request.cause() instanceof ReplyException e) {
      return e.failureType() == ReplyFailure.ERROR && e.failureCode() == IpcBridge.NODE_GONE
          ? NODE_GONE
          : e.failureType() == ReplyFailure.ERROR
              ? "code " + e.failureCode() + ": " + e.getMessage()
              : e.failureType().name();
    }
    return String.valueOf(request.cause());
  }

  Map<String, Integer> counts() {
    return counts;
  }

  /** Returns how many each has replied to. */
  Map<Object, Integer> repliers() {
    return repliers;
  }
}
