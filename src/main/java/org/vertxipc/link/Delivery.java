package org.vertxipc.link;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.vertxipc.eventbus.Audience;
import org.vertxipc.options.LinkOptions;

/**
 * Gives messages of the program to the address for them. While nobody listens there they wait, up
 * to a bound, because a program may speak before its consumer is registered: what is sent always,
 * what is published until somebody has listened once. One thread only: the link's context.
 */
final class Delivery {
  /** What waits at the most where reading can't be stopped, besides the newest, in bytes. */
  static final int MOST_BYTES = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  // A new consumer is noticed by looking for it, less often with time.
  private static final long FIRST_MILLIS = 10;
  private static final long LONGEST_MILLIS = 320;
  // How long what a cluster has said is taken to be true.
  private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(1);
  // After this time somebody is told that nobody listens.
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ContextInternal context;
  private final LinkOptions<?> options;
  private final LinkEvents events;
  private final Consumer<Boolean> stopReading;
  private final boolean publish;
  // Null when nobody can tell.
  private final Audience audience;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean heardOnce;
  private boolean inCluster;
  private boolean asking;
  private long askedAt;
  private long delay = FIRST_MILLIS;
  private long timer = -1;
  private long heldSince;
  private boolean told;

  private record Held(Object body, DeliveryOptions delivery, int bytes) {}

  /**
   * Creates it.
   *
   * @param stopReading is told whether to stop reading the program, because messages wait; null
   *     where it has to be read nevertheless
   */
  Delivery(
      ContextInternal context,
      LinkOptions<?> options,
      LinkEvents events,
      Consumer<Boolean> stopReading) {
    this.context = context;
    this.options = options;
    this.events = events;
    this.stopReading = stopReading;
    this.publish = options.getDeliver().equals("publish");
    this.askedAt = System.nanoTime() - VALID_NANOS;
    this.audience = audience();
  }

  private Audience audience() {
    try {
      return Audience.of(context.owner(), options.getReceive());
    } catch (IllegalStateException e) {
      log.debug("Link '" + options.getName() + "' can't know whether anybody listens", e);
      return null;
    }
  }

  /**
   * Delivers a message, now or later.
   *
   * @param bytes how long it was
   */
  void deliver(Object body, DeliveryOptions delivery, int bytes) {
    if (held.isEmpty() && isHeard()) {
      give(body, delivery);
    } else {
      hold(new Held(body, delivery, bytes));
    }
  }

  private void give(Object body, DeliveryOptions delivery) {
    if (publish) {
      context.owner().eventBus().publish(options.getReceive(), body, delivery);
    } else {
      context.owner().eventBus().send(options.getReceive(), body, delivery);
    }
  }

  private boolean isHeard() {
    if (audience == null || (publish && heardOnce) || audience.isHere()) {
      heardOnce = true;
      return true;
    }
    if (audience.mayBeElsewhere()) {
      ask();
      heardOnce |= inCluster;
      return inCluster;
    }
    return false;
  }

  private void ask() {
    if (asking || System.nanoTime() - askedAt < VALID_NANOS) {
      return;
    }
    asking = true;
    audience
        .isInCluster(context)
        .onComplete(
            answer -> {
              asking = false;
              inCluster = answer.succeeded() && answer.result();
              // While messages wait, each look asks again.
              askedAt = System.nanoTime() - (inCluster ? 0 : VALID_NANOS);
              if (inCluster) {
                release();
              }
            });
  }

  private void hold(Held message) {
    if (held.isEmpty()) {
      heldSince = System.nanoTime();
      told = false;
      if (stopReading != null) {
        stopReading.accept(true);
      }
    }
    held.add(message);
    heldBytes += message.bytes;
    if (stopReading == null) {
      dropOldest();
    }
    if (timer < 0) {
      delay = FIRST_MILLIS;
      lookLater();
    }
  }

  private void dropOldest() {
    int count = 0;
    while (heldBytes > MOST_BYTES && held.size() > 1) {
      heldBytes -= held.poll().bytes;
      count++;
    }
    if (count > 0) {
      events.warn("dropped", new JsonObject().put("messages", count).put("reason", nobody()));
    }
  }

  private String nobody() {
    return "nobody listens at '" + options.getReceive() + "'";
  }

  private void lookLater() {
    timer =
        context.setTimer(
            delay,
            id -> {
              timer = -1;
              if (isHeard()) {
                release();
              } else {
                complain();
                delay = Math.min(2 * delay, LONGEST_MILLIS);
                lookLater();
              }
            });
  }

  private void complain() {
    if (!told && System.nanoTime() - heldSince > PATIENCE_NANOS) {
      told = true;
      events.warn("unheard", new JsonObject().put("messages", held.size()).put("reason", nobody()));
    }
  }

  private void release() {
    cancelTimer();
    boolean any = !held.isEmpty();
    while (!held.isEmpty()) {
      Held next = held.poll();
      heldBytes -= next.bytes;
      give(next.body, next.delivery);
    }
    if (any && stopReading != null) {
      stopReading.accept(false);
    }
  }

  private void cancelTimer() {
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
      timer = -1;
    }
  }

  /** Ends; returns how many messages have waited in vain. */
  int close() {
    cancelTimer();
    int count = held.size();
    held.clear();
    heldBytes = 0;
    return count;
  }
}
