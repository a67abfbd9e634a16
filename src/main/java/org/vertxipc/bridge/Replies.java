package org.vertxipc.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.ReplyTarget;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.MessageDecoder;

/**
 * Gives replies of peers to the requesters that wait for them. One thread only, except for what
 * consumers call.
 */
final class Replies {
  private final Parts parts;

  Replies(Parts parts) {
    this.parts = parts;
  }

  void onReply(PeerSession.Live from, MessageDecoder in) {
    Requester requester = from.pending().remove(in.replyTo());
    if (requester == null) {
      return; // Its time is over, or nobody asked.
    }
    long correlation = in.correlation();
    int priority = in.priority();
    MultiMap headers = in.headers();
    if (requester instanceof Relay relay) {
      Requester next =
          correlation == 0 ? null : new Relay(from, correlation, parts.answers(), deadline());
      EncodedBody body = in.encodedBody();
      relay.reply(priority, headers, body, next);
      return;
    }
    Object body;
    try {
      body = in.codecName() == null ? in.body() : parts.forwarding().decode(in.encodedBody());
    } catch (RuntimeException e) {
      ReplyException failure = parts.undelivered().decoding("a request", from.peer().name(), e);
      requester.fail(failure);
      parts.answers().fail(from, correlation, failure);
      return;
    }
    parts.counters().received.increment();
    Answered target = correlation == 0 ? null : new Answered(from, correlation, priority);
    if (requester instanceof LocalBus.LocalRequester here) {
      here.reply(headers, body, target);
    } else {
      parts
          .cluster()
          .reply(
              requester, headers, body, in.codecName(), target == null ? null : target::answered);
    }
  }

  /** Knows where the reply to a reply goes. */
  private final class Answered implements ReplyTarget {
    private final PeerSession.Live from;
    private final long correlation;
    private final int priority;

    Answered(PeerSession.Live from, long correlation, int priority) {
      this.from = from;
      this.correlation = correlation;
      this.priority = priority;
    }

    @Override
    public void reply(Message<?> answer) {
      parts.answers().answer(from, correlation, priority, answer);
    }

    @Override
    public boolean giveBack(BooleanSupplier gone, ReplyException failure) {
      return false;
    }

    /** Handles the outcome from the cluster. */
    void answered(AsyncResult<Message<Object>> result) {
      parts.answers().outcome(from, correlation, priority, result);
    }
  }

  private long deadline() {
    return System.nanoTime()
        + TimeUnit.MILLISECONDS.toNanos(parts.config().options().getReplyTimeoutMillis());
  }
}
