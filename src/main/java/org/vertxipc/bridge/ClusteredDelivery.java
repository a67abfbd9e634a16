package org.vertxipc.bridge;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.FrameKind;

/**
 * Delivers messages of peers to an event bus that is clustered: its consumers may be on other
 * hosts, so the messages go through the event bus like all others, with a header that says where
 * they have been. May be used on any thread.
 */
final class ClusteredDelivery implements ClusterMark {
  /** The header: {@code p:ORIGIN:NUMBER} for a publish, {@code s:VERTX:VERTX..} for others. */
  static final String TRAIL = "ipc-trail";

  private static final String PUBLISHED = "p";
  private static final String SENT = "s";

  private final VertxInternal vertx;
  private final EventBus eventBus;
  private final Hub hub;
  private final LocalBus local;
  private final Undelivered undelivered;
  private final long replyMillis;

  ClusteredDelivery(VertxInternal vertx, Hub hub, Undelivered undelivered, long replyMillis) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.hub = hub;
    this.local = hub.local();
    this.undelivered = undelivered;
    this.replyMillis = replyMillis;
  }

  /**
   * Sends a message of a peer.
   *
   * @param done receives the reply or the failure; for a send, null when it has gone
   */
  void send(
      String address,
      MultiMap headers,
      Object body,
      String codec,
      long[] way,
      boolean request,
      Handler<AsyncResult<Message<Object>>> done) {
    StringBuilder trail = new StringBuilder(SENT);
    for (long vertxOnTheWay : Way.through(way, local.incarnation())) {
      trail.append(':').append(Long.toHexString(vertxOnTheWay));
    }
    DeliveryOptions options = options(headers, codec, trail.toString());
    if (request) {
      eventBus.<Object>request(address, body, options).onComplete(done);
    } else {
      eventBus.sender(address, options).write(body).<Message<Object>>mapEmpty().onComplete(done);
    }
  }

  /** Publishes a message of a peer. */
  void publish(
      String address, MultiMap headers, Object body, String codec, long origin, long number) {
    String trail = PUBLISHED + ':' + Long.toHexString(origin) + ':' + Long.toHexString(number);
    eventBus.publish(address, body, options(headers, codec, trail));
  }

  private DeliveryOptions options(MultiMap headers, String codec, String trail) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(replyMillis).setCodecName(codec);
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    if (headers != null) {
      all.addAll(headers);
    }
    return options.setHeaders(all.set(TRAIL, trail));
  }

  @Override
  public boolean isMarked(Message<?> message) {
    return message.headers().contains(TRAIL);
  }

  @Override
  public void passOn(Message<?> message) {
    String[] trail = message.headers().get(TRAIL).split(":");
    try {
      if (message.isSend()) {
        passOnSend(message, way(trail));
      } else if (trail[0].equals(PUBLISHED) && trail.length == 3) {
        passOnPublish(
            message, Long.parseUnsignedLong(trail[1], 16), Long.parseUnsignedLong(trail[2], 16));
      }
    } catch (NumberFormatException e) {
      undelivered.encoding(message.address(), e); // A user has set such a header.
    }
  }

  private static long[] way(String[] trail) {
    long[] way = new long[trail.length - 1];
    for (int i = 0; i < way.length; i++) {
      way[i] = Long.parseUnsignedLong(trail[i + 1], 16);
    }
    return way;
  }

  private void passOnSend(Message<?> message, long[] trail) {
    RemoteAddress address = hub.address(message.address());
    if (address != null && address.consumers().giveOwn(message)) {
      return;
    }
    long[] way =
        Way.indexOf(trail, local.incarnation()) < 0
            ? Way.through(trail, local.incarnation())
            : trail;
    int kind = message.replyAddress() == null ? FrameKind.SEND : FrameKind.REQUEST;
    Route route = address == null ? null : address.onward(kind, way, r -> isNew(r, trail));
    Parcel parcel = parcel(message, kind, 0, requester(message), new Parcel.Path(0, way, -1));
    if (route != null) {
      route.out(parcel);
    } else if (parcel.isRequest() || !hub.giveBack(parcel, Way.indexOf(way, local.incarnation()))) {
      // The bridge that put the request into the event bus gets this failure, and gives the request
      // back.
      parcel.fail(undelivered.nobody(message.address()));
    }
  }

  private boolean isNew(Route route, long[] trail) {
    for (long through : trail) {
      if (hub.isBusOf(route.bus(), through)) {
        return false;
      }
    }
    return true;
  }

  private void passOnPublish(Message<?> message, long origin, long number) {
    if (origin != local.incarnation()) {
      hub.received().of(origin).first(number, false);
      Parcel.Path path = new Parcel.Path(origin, Way.NONE, -1);
      hub.passOn(parcel(message, FrameKind.PUBLISH, number, null, path), null, 0);
    }
  }

  private Parcel parcel(
      Message<?> message, int kind, long number, Requester requester, Parcel.Path path) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(message.headers()).remove(TRAIL);
    Object body = local.body(message, false, undelivered.serializable());
    return new Parcel(kind, message.address(), headers, body, number, requester, path, null);
  }

  @Override
  public Requester requester(Message<?> message) {
    return message.replyAddress() == null
        ? null
        : new Waiting(message, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(replyMillis));
  }

  /** Gives a reply to the requester, which may be anywhere in the cluster. */
  void reply(
      Requester requester,
      MultiMap headers,
      Object body,
      String codec,
      Handler<AsyncResult<Message<Object>>> next) {
    Message<?> asked = ((Waiting) requester).message;
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(replyMillis).setCodecName(codec);
    if (headers != null) {
      options.setHeaders(headers);
    }
    if (next == null) {
      asked.reply(body, options);
    } else {
      asked.<Object>replyAndRequest(body, options).onComplete(next);
    }
  }

  private final class Waiting implements Requester {
    private final Message<?> message;
    private final long deadline;

    Waiting(Message<?> message, long deadline) {
      this.message = message;
      this.deadline = deadline;
    }

    @Override
    public boolean isWaiting(long now) {
      return now - deadline < 0;
    }

    @Override
    public void fail(ReplyException failure) {
      vertx.getOrCreateContext().runOnContext(v -> message.reply(failure));
    }
  }
}
