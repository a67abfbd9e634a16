package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Counts what was sent to the sink of a lane, and how much of it the sink has counted: a loss fails
 * the measurement. Asking for the count sends a message, which counts, too.
 */
final class Tally {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Lane lane;
  private final Object body;
  private long base;
  private long start;
  private long patience;
  private long sent;
  private long counted;

  private Tally(Lane lane, Object body) {
    this.lane = lane;
    this.body = body;
  }

  /** Begins to measure for that long. */
  static Future<Tally> begin(Lane lane, Object body, long nanos) {
    Tally tally = new Tally(lane, body);
    return lane.count(body)
        .map(
            base -> {
              tally.base = base;
              tally.start = System.nanoTime();
              tally.patience = nanos + PATIENCE_NANOS;
              return tally;
            });
  }

  long elapsed() {
    return System.nanoTime() - start;
  }

  long sent() {
    return sent;
  }

  void send() {
    lane.send(body);
    sent++;
  }

  /** Waits until all that was sent so far is counted, or the patience is used up. */
  Future<Void> settle() {
    return ask(sent + 1);
  }

  // It asks again, because a request to a node with a store overtakes what was sent before it.
  private Future<Void> ask(long expected) {
    sent++;
    return lane.count(body)
        .compose(
            count -> {
              counted = Math.max(counted, count - base);
              return counted < expected && elapsed() < patience
                  ? ask(expected + 1)
                  : Future.succeededFuture();
            });
  }

  /** Returns whether the sink may have more to count, and time is left for it. */
  boolean isOpen() {
    return counted < sent && elapsed() < patience;
  }

  /** Returns the rate at which messages were sent and counted. */
  Future<JsonObject> result() {
    return counted == sent
        ? Future.succeededFuture(
            new JsonObject().put("rate", sent / (elapsed() / 1e9)).put("messages", sent))
        : Future.failedFuture(sent + " sent and " + counted + " received");
  }
}
