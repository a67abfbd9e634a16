package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vertxipc.bridge.Failures;
import org.vertxipc.eventbus.LocalRequests;
import org.vertxipc.options.AnsweringLinkOptions;
import org.vertxipc.reactor.Reactor;

/**
 * Those who wait for the program's answers: who is refused, whose time is over, and what is done
 * when answers can't be told apart any more. One thread only.
 */
final class Waiting {
  /** How the program's answers are matched to requests. */
  private enum ReplyMode {
    /** There are no answers: requests fail. */
    NONE,
    /** The program is asked one question at a time. */
    TURN,
    /** A field of the JSON object is the same in both. */
    ID
  }

  private static final Logger log = LoggerFactory.getLogger(Waiting.class);
  // How often it is checked whether the time of requests is over.
  private static final long LOOK_MILLIS = 1_000;

  private final ContextInternal context;
  private final AnsweringLinkOptions<?> options;
  private final LinkEvents events;
  private final Runnable restart;
  private final Runnable onRoom;
  // Null when there are no answers.
  private final Requests requests;
  private final LocalRequests localRequests;
  // Why no request is taken any more.
  private String outOfTurn;
  private long timer = -1;

  /**
   * Creates it.
   *
   * @param restart starts the program again, which has not kept to its turn; null if that can't be
   * @param onRoom called when less waits than before
   */
  Waiting(
      ContextInternal context,
      Reactor reactor,
      AnsweringLinkOptions<?> options,
      LinkEvents events,
      Runnable restart,
      Runnable onRoom) {
    this.context = context;
    this.options = options;
    this.events = events;
    this.restart = restart;
    this.onRoom = onRoom;
    this.requests =
        switch (Constants.of(ReplyMode.class, options.getReply())) {
          case NONE -> null;
          case TURN -> new RequestsInTurn(options, reactor::perTurn, new Turns());
          case ID -> new RequestsById(options);
        };
    this.localRequests = requests == null ? null : localRequests();
  }

  private LocalRequests localRequests() {
    try {
      return LocalRequests.of(context.owner());
    } catch (IllegalStateException e) {
      log.debug("Link '" + options.getName() + "' can't know how long requesters wait", e);
      return null;
    }
  }

  /** Returns the way by which all messages are written to an outlet; null for null. */
  Outlet through(Outlet outlet) {
    if (requests == null) {
      return outlet;
    }
    Outlet through = requests.through(outlet);
    if (outlet == null) {
      fail(requests.unwritten(), "nobody reads any more");
    }
    return through;
  }

  /** Returns whether requests are taken; refuses this one otherwise. */
  boolean accepts(Message<Object> request) {
    if (requests == null) {
      events.refuse(
          request,
          Failures.CODEC,
          "Link '" + options.getName() + "' answers no requests (its 'reply' is 'none')");
    } else if (outOfTurn != null) {
      events.refuse(request, Failures.LINK_DOWN, outOfTurn);
    }
    return requests != null && outOfTurn == null;
  }

  /**
   * Returns the body that is sent for a request.
   *
   * @throws IllegalArgumentException when no answer to it could be recognised
   */
  Object body(Object body) {
    return requests.body(body);
  }

  /** Adds a request, which is written next; returns false when it has been refused. */
  boolean add(Message<Object> message, Object body, Buffer bytes) {
    long deadline =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.getReplyTimeoutMillis());
    ReplyException refused = requests.add(new Asked(message, bytes, localRequests, deadline), body);
    if (refused != null) {
      message.reply(refused);
      return false;
    }
    lookLater();
    return true;
  }

  private void lookLater() {
    if (timer < 0) {
      timer =
          context.setTimer(
              Math.min(LOOK_MILLIS, options.getReplyTimeoutMillis()),
              id -> {
                timer = -1;
                requests.look(System.nanoTime());
                if (!requests.isEmpty()) {
                  lookLater();
                }
              });
    }
  }

  /** Returns whether the program may answer. */
  boolean hasAnswers() {
    return requests != null;
  }

  /** Returns whether messages wait for something else than room. */
  boolean isHolding() {
    return requests != null && requests.isHolding();
  }

  /** Called with a message that has been dropped before it was written. */
  void onDropped(Buffer bytes) {
    Asked asked = requests == null ? null : requests.dropped(bytes);
    if (asked != null) {
      String text = "Link '" + options.getName() + "' dropped the request, for newer messages";
      events.refuse(asked.message(), Failures.QUEUE_FULL, text);
    }
  }

  /** Returns the request that a message of the program answers; null when there is none. */
  Message<Object> answered(Object body) {
    Asked asked = requests == null ? null : requests.answered(body);
    return asked == null ? null : asked.message();
  }

  /**
   * Called when the program has sent something that is not a message. Whether it was meant as an
   * answer, or the answer is still to come, nobody can tell.
   */
  void onBad(String what) {
    Asked asked = requests == null ? null : requests.unreadable();
    if (asked != null) {
      String text = "Link '" + options.getName() + "' answered with " + what;
      events.refuse(asked.message(), Failures.CODEC, text);
      onOutOfTurn("it answered with " + what);
    }
  }

  private void onOutOfTurn(String reason) {
    events.warn("out-of-turn", new JsonObject().put("reason", reason));
    if (restart == null) {
      outOfTurn = "Link '" + options.getName() + "' is out of turn: " + reason;
      events.warn("failed", new JsonObject().put("reason", outOfTurn));
    }
    fail("it is out of turn: " + reason);
    if (restart != null) {
      restart.run();
    }
  }

  /** Fails the waiting requests, because nobody will answer them. */
  void fail(String reason) {
    if (requests != null) {
      fail(requests.clear(), reason);
    }
  }

  private void fail(List<Asked> waiting, String reason) {
    String text = "Link '" + options.getName() + "': " + reason;
    waiting.forEach(asked -> events.refuse(asked.message(), Failures.LINK_DOWN, text));
  }

  /** Ends everything. */
  void close() {
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
      timer = -1;
    }
    fail("it is closed");
  }

  private final class Turns implements RequestsInTurn.Listener {
    @Override
    public void onRoom() {
      onRoom.run();
    }

    @Override
    public void onUnanswered(String reason) {
      if (restart != null) {
        onOutOfTurn(reason);
      } else {
        events.warn("unanswered", new JsonObject().put("reason", reason));
      }
    }
  }
}
