package org.vertxipc.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.reactor.HandOver;

/** Sends replies, failures, and messages for which this node has no consumer back to a peer. */
final class Answers {
  // A failure is kept short, so that it can be sent however much waits already.
  private static final int MAX_TEXT = 1_000;

  private final LocalBus local;
  private final ClusterMark mark;
  private final Exports exports;
  private final HandOver handOver;
  private final PeerWriter writer;
  private final Undelivered undelivered;

  Answers(
      LocalBus local,
      ClusterMark mark,
      Exports exports,
      HandOver handOver,
      PeerWriter writer,
      Undelivered undelivered) {
    this.local = local;
    this.mark = mark;
    this.exports = exports;
    this.handOver = handOver;
    this.writer = writer;
    this.undelivered = undelivered;
  }

  /** Runs a task on the bridge's loop, in turn with the messages written there. */
  void later(Runnable task) {
    handOver.add(task);
  }

  /** Sends the reply of a consumer. Called on its thread. */
  void answer(PeerSession.Live to, long correlation, int priority, Message<?> answer) {
    boolean mine = handOver.isMine();
    Requester next = mark == null ? local.requester(answer) : mark.requester(answer);
    try {
      Object body = local.body(answer, mine, undelivered.serializable());
      MultiMap headers = local.headers(answer, mine);
      if (mine) {
        reply(to, correlation, priority, headers, body, next);
      } else {
        handOver.add(() -> reply(to, correlation, priority, headers, body, next));
      }
    } catch (RuntimeException e) {
      ReplyException failure = undelivered.encoding("a reply", e);
      handOver.add(() -> fail(to, correlation, failure));
      if (next != null) {
        next.fail(failure);
      }
    }
  }

  /** Sends the outcome of a request to a clustered event bus. */
  void outcome(
      PeerSession.Live to, long correlation, int priority, AsyncResult<Message<Object>> result) {
    if (result.succeeded()) {
      answer(to, correlation, priority, result.result());
    } else {
      ReplyException failure =
          result.cause() instanceof ReplyException e
              ? e
              : new ReplyException(ReplyFailure.ERROR, -1, String.valueOf(result.cause()));
      handOver.add(() -> fail(to, correlation, failure));
    }
  }

  /** Sends a reply, on the bridge's loop. */
  void reply(
      PeerSession.Live to,
      long correlation,
      int priority,
      MultiMap headers,
      Object body,
      Requester next) {
    if (!to.peer().canSend()) {
      if (next != null) {
        next.fail(undelivered.gone("a reply", to.peer().name(), "is gone"));
      }
      return;
    }
    long mark = next == null ? 0 : to.pending().add(next);
    ReplyException failure;
    try {
      writer.encoder().reply(correlation, mark).takesBinaryJson(to.peer().takesBinaryJson());
      writer.encoder().body(headers, body);
      // A reply is as urgent as its request, unless its own header says otherwise.
      int asked = Priority.of(headers);
      writer.encoder().priority(asked >= 0 ? asked : priority);
      failure = writer.offer(to, "a reply", null);
    } catch (RuntimeException e) {
      failure = undelivered.encoding("a reply", e);
    }
    if (failure != null) {
      to.pending().remove(mark);
      fail(to, correlation, failure);
      if (next != null) {
        next.fail(failure);
      }
    }
  }

  /**
   * Tells a peer that there will be no reply. The failure is short, so that it is sent however much
   * waits already.
   */
  void fail(PeerSession.Live to, long correlation, ReplyException failure) {
    if (correlation == 0) {
      return;
    }
    String text = failure.getMessage();
    boolean cut = text != null && text.length() > MAX_TEXT;
    ReplyException sent =
        cut
            ? new ReplyException(
                failure.failureType(), failure.failureCode(), text.substring(0, MAX_TEXT) + "...")
            : failure;
    to.peer().send(writer.encoder().reply(correlation, 0).body(null, sent));
  }

  /**
   * Gives a send or request back as it came, because there is no consumer.
   *
   * @param number under which this node exports its address
   * @param correlation of a request, else 0
   */
  void giveBack(PeerSession.Live to, int number, long correlation, Parcel p) {
    ReplyException failure;
    try {
      writer.encoder().to(p.kind(), number, correlation).bounce().relayed(p.path().way());
      writer.encoder().takesBinaryJson(to.peer().takesBinaryJson());
      writer.encoder().body(p.headers(), p.body()).priority(Math.max(0, p.path().priority()));
      if (writer.giveBack(to.peer())) {
        return;
      }
      failure = undelivered.nobody(p.address());
    } catch (RuntimeException e) {
      failure = undelivered.encoding(p.address(), e);
    }
    fail(to, correlation, failure);
  }

  /**
   * Gives back a request that was passed on, or fails it when its address is no longer exported.
   */
  void giveBack(PeerSession.Live to, Parcel p, long correlation) {
    Exports.Export export = exports.get(p.address());
    if (export != null) {
      giveBack(to, export.number(), correlation, p);
    } else {
      fail(to, correlation, undelivered.nobody(p.address()));
    }
  }
}
