package org.vertxipc.link;

import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.LinkOptions;

/**
 * Reports what happens to a link: publishes it to the events address, and logs problems at most
 * once a second for each kind, because a program may make the same mistake a million times.
 */
final class LinkEvents {
  private static final Logger log = LoggerFactory.getLogger(LinkEvents.class);
  private static final long QUIET_NANOS = 1_000_000_000L;

  private final EventBus eventBus;
  private final String link;
  private final String address;
  private final LinkCounts counts;
  private String lastKind;
  private long lastLogged;

  /**
   * Creates them.
   *
   * @param counters where others see what goes through the link, and what happens to it
   */
  LinkEvents(EventBus eventBus, LinkOptions<?> options, CounterSet counters) {
    this.eventBus = eventBus;
    this.link = options.getName();
    this.address = options.getEvents();
    this.counts = new LinkCounts(counters, options);
  }

  LinkCounts counts() {
    return counts;
  }

  /** Reports a normal event. */
  void tell(String event, JsonObject details) {
    log.debug("Link '" + link + "': " + event + " " + details.encode());
    publish(event, details);
  }

  /** Reports an event that somebody should look into. */
  void warn(String event, JsonObject details) {
    long now = System.nanoTime();
    if (!event.equals(lastKind) || now - lastLogged > QUIET_NANOS) {
      lastKind = event;
      lastLogged = now;
      String text = event + " " + details.encode();
      log.warn("Link '" + link + "': " + text);
      counts.onProblem(text);
    }
    publish(event, details);
  }

  /** Refuses a message: tells its sender if it is a request, and reports it otherwise. */
  void refuse(Message<Object> message, int code, String text) {
    if (message.replyAddress() != null) {
      message.reply(new ReplyException(ReplyFailure.ERROR, code, text));
    } else {
      warn("refused", new JsonObject().put("reason", text));
    }
  }

  private void publish(String event, JsonObject details) {
    counts.onEvent(event);
    if (address != null) {
      eventBus.publish(address, details.copy().put("link", link).put("event", event));
    }
  }
}
