package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.vertxipc.bridge.Failures;
import org.vertxipc.options.AnsweringLinkOptions;

/**
 * The program is asked one question at a time, and its next message is the answer. A second
 * question before that would make a missing or an additional answer one to another question, and
 * nobody could tell. So requests wait here for their turn, and the messages behind them too. A
 * question whose requester does not wait any more keeps its turn until it is answered: the late
 * answer is not that to the next.
 */
final class RequestsInTurn implements Requests, Outlet {
  /** A message that waits, with its request if it is one. */
  private record Held(Buffer bytes, int priority, Asked asked) {}

  /** Is told what happens. */
  interface Listener {
    /** Less waits than before. */
    void onRoom();

    /** The program does not answer, and whoever asked waits no more. */
    void onUnanswered(String reason);
  }

  private final AnsweringLinkOptions<?> options;
  private final Listener listener;
  private final Runnable settle;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long heldBytes;
  private int heldRequests;
  private Outlet outlet;
  // The request whose bytes are written next.
  private Asked added;
  // The last message that was dropped, if it was held.
  private Held dropped;
  // The question that the program has, and since when.
  private Asked asked;
  private long since;
  // What comes together with an answer does not answer the next question.
  private boolean settling;
  private boolean unanswered;

  /**
   * Creates it.
   *
   * @param perTurn makes a task run when everything that is there has been read
   */
  RequestsInTurn(
      AnsweringLinkOptions<?> options, UnaryOperator<Runnable> perTurn, Listener listener) {
    this.options = options;
    this.listener = listener;
    this.settle =
        perTurn.apply(
            () -> {
              settling = false;
              next();
            });
  }

  @Override
  public Object body(Object body) {
    return body;
  }

  @Override
  public ReplyException add(Asked request, Object sent) {
    if (unanswered) {
      return new ReplyException(ReplyFailure.ERROR, Failures.LINK_DOWN, late());
    }
    if (heldRequests >= MAX_WAITING) {
      return Requests.tooMany(options.getName());
    }
    added = request;
    return null;
  }

  @Override
  public Outlet through(Outlet outlet) {
    this.outlet = outlet;
    return outlet == null ? null : this;
  }

  @Override
  public void write(Buffer message, int priority) {
    Asked request = added;
    added = null;
    if (held.isEmpty() && (request == null || isFree())) {
      put(message, priority, request);
      return;
    }
    held.add(new Held(message, priority, request));
    heldBytes += message.length();
    heldRequests += request == null ? 0 : 1;
  }

  private boolean isFree() {
    return asked == null && !settling;
  }

  private void put(Buffer message, int priority, Asked request) {
    if (request != null) {
      asked = request;
      since = System.nanoTime();
    }
    outlet.write(message, priority);
  }

  private void next() {
    while (outlet != null && !held.isEmpty() && (held.peek().asked == null || isFree())) {
      Held first = poll();
      if (first.asked == null || first.asked.isWaiting(System.nanoTime())) {
        put(first.bytes, first.priority, first.asked);
      } else {
        first.asked.expire(late());
      }
    }
    listener.onRoom();
  }

  private Held poll() {
    Held first = held.poll();
    if (first != null) {
      forget(first);
    }
    return first;
  }

  private void forget(Held message) {
    heldBytes -= message.bytes.length();
    heldRequests -= message.asked == null ? 0 : 1;
  }

  @Override
  public long queued() {
    return (outlet == null ? 0 : outlet.queued()) + heldBytes;
  }

  @Override
  public Buffer dropOldest() {
    Buffer oldest = outlet.dropOldest();
    dropped = oldest == null ? poll() : null;
    return dropped == null ? oldest : dropped.bytes;
  }

  @Override
  public Asked dropped(Buffer bytes) {
    if (asked != null && asked.is(bytes)) {
      return take();
    }
    return dropped != null && dropped.bytes == bytes ? dropped.asked : null;
  }

  /** Ends the turn of a question; the next is asked when everything that is there has been read. */
  private Asked take() {
    Asked request = asked;
    asked = null;
    unanswered = false;
    if (!settling) {
      settling = true;
      settle.run();
    }
    return request;
  }

  @Override
  public Asked answered(Object body) {
    Asked request = asked == null ? null : take();
    return request != null && request.isWaiting(System.nanoTime()) ? request : null;
  }

  @Override
  public Asked unreadable() {
    return asked == null ? null : take();
  }

  @Override
  public void look(long now) {
    for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
      Held message = all.next();
      if (message.asked != null && !message.asked.isWaiting(now)) {
        all.remove();
        forget(message);
        message.asked.expire(late());
      }
    }
    long patience = TimeUnit.MILLISECONDS.toNanos(options.getReplyTimeoutMillis());
    if (asked != null && !unanswered && !asked.isWaiting(now) && now - since >= patience) {
      unanswered = true;
      asked.expire(late());
      listener.onUnanswered(
          "no answer for " + options.getReplyTimeoutMillis() + " ms (replyTimeoutMillis)");
    }
    next();
  }

  private String late() {
    return "Link '"
        + options.getName()
        + "' has had no answer to the request before for "
        + options.getReplyTimeoutMillis()
        + " ms (replyTimeoutMillis)";
  }

  @Override
  public boolean isHolding() {
    return !held.isEmpty();
  }

  @Override
  public List<Asked> unwritten() {
    List<Asked> requests = new ArrayList<>();
    for (Held message = poll(); message != null; message = poll()) {
      if (message.asked != null) {
        requests.add(message.asked);
      }
    }
    return requests;
  }

  @Override
  public List<Asked> clear() {
    List<Asked> all = unwritten();
    if (asked != null) {
      all.add(0, take());
    }
    return all;
  }

  @Override
  public boolean isEmpty() {
    return asked == null && heldRequests == 0;
  }
}
