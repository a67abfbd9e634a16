package org.vertxipc.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * One thing to measure.
 *
 * @param kind what is done
 * @param size of the body in bytes, 0 for a JsonObject of five fields
 * @param amount for a closed loop, how many requests are outstanding; for a paced one, how many are
 *     sent a second; for publishing, to how many processes
 * @param caller the context that sends
 */
record Work(Kind kind, int size, int amount, Caller caller) {
  /** What is done. */
  enum Kind {
    /** Batches of sends, each waiting until the other side has counted the one before. */
    BATCH,
    /** As many sends as possible, with two larger batches under way. */
    SEND,
    /** Requests in a closed loop. */
    REQUEST,
    /** Requests at a fixed rate, each timed from when it was due. */
    PACED,
    /** Sends at a fixed rate, by a timer of a millisecond, to see the cost and not the speed. */
    STEADY,
    /** As many publishes as possible. */
    PUBLISH
  }

  /** The context that sends. */
  enum Caller {
    /** That of the transport. */
    SAME,
    /** One on another event loop. */
    OTHER,
    /** That of the transport, past the local event bus: the stream of {@code bridge.sender}. */
    DIRECT
  }

  static Work batches(Caller caller) {
    return new Work(Kind.BATCH, 64, 0, caller);
  }

  static Work send(int size, Caller caller) {
    return new Work(Kind.SEND, size, 0, caller);
  }

  static Work request(int outstanding, Caller caller) {
    return new Work(Kind.REQUEST, 64, outstanding, caller);
  }

  static Work paced(int rate, Caller caller) {
    return new Work(Kind.PACED, 64, rate, caller);
  }

  static Work steady(int rate) {
    return new Work(Kind.STEADY, 64, rate, Caller.SAME);
  }

  static Work publish(int size, int processes) {
    return new Work(Kind.PUBLISH, size, processes, Caller.SAME);
  }

  Object body() {
    return size > 0
        ? Buffer.buffer(new byte[size])
        : new JsonObject()
            .put("sku", "A-1047")
            .put("quantity", 12)
            .put("price", 19.95)
            .put("express", true)
            .put("customer", "Ada Lovelace");
  }

  /** Returns the messages in a batch: for a sustained load at most 1000, and at most 2 MiB. */
  int batch() {
    return kind == Kind.BATCH ? 200 : Math.min(1000, (2 << 20) / Math.max(size, 256));
  }

  int batchesUnderWay() {
    return kind == Kind.BATCH ? 1 : 2;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("kind", kind.name())
        .put("size", size)
        .put("amount", amount)
        .put("caller", caller.name());
  }

  static Work of(JsonObject json) {
    return new Work(
        Kind.valueOf(json.getString("kind")),
        json.getInteger("size"),
        json.getInteger("amount"),
        Caller.valueOf(json.getString("caller")));
  }

  /** Returns its name in the results. */
  String key() {
    String what = size == 0 ? "json" : sizeName(size);
    String how =
        switch (kind) {
          case BATCH -> "batches-of-200/" + what;
          case SEND -> "send/" + what;
          case REQUEST -> "request/" + amount;
          case PACED -> "paced/" + amount;
          case STEADY -> "steady/" + amount;
          case PUBLISH -> "publish/" + amount + (size == 64 ? "" : "/" + what);
        };
    return how
        + switch (caller) {
          case SAME -> "";
          case OTHER -> "/other-loop";
          case DIRECT -> "/stream";
        };
  }

  static String sizeName(int size) {
    return size >= 1 << 20
        ? (size >> 20) + "MiB"
        : size >= 1024 ? (size >> 10) + "KiB" : size + "B";
  }
}
