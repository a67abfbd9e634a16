package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import org.vertxipc.bridge.Failures;

/**
 * The requests that the program has not answered, and the rule by which one of its messages is the
 * answer to one of them. One thread only.
 */
interface Requests {
  /** How many requests may wait for answers. */
  int MAX_WAITING = 100_000;

  /** Refuses a request because of all the others. */
  static ReplyException tooMany(String link) {
    return new ReplyException(
        ReplyFailure.ERROR,
        Failures.QUEUE_FULL,
        "More than " + MAX_WAITING + " requests wait for link '" + link + "'");
  }

  /**
   * Returns the body that is sent for a request.
   *
   * @throws IllegalArgumentException when no answer to it could be recognised
   */
  Object body(Object body);

  /**
   * Adds a request, which is written next; returns null, or why it is refused.
   *
   * @param sent as returned by {@link #body}
   */
  ReplyException add(Asked asked, Object sent);

  /** Returns the way by which all messages are written to an outlet. */
  Outlet through(Outlet outlet);

  /**
   * Returns the request that a message of the program answers, whose requester still waits; null
   * when there is none.
   */
  Asked answered(Object body);

  /** Returns the request that was answered if what the program sent is no message; else null. */
  Asked unreadable();

  /** Returns the request that was dropped before it was written, null when it was none. */
  Asked dropped(Buffer bytes);

  /** Forgets the requests whose time is over. */
  void look(long now);

  /** Returns whether messages wait for something else than room. */
  boolean isHolding();

  /** Removes and returns the requests that have not been written, because nothing will be. */
  List<Asked> unwritten();

  /** Removes and returns all requests. */
  List<Asked> clear();

  boolean isEmpty();
}
