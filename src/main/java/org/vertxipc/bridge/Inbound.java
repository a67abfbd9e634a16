package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.PublishWindow;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.MessageDecoder;

/**
 * Gives messages of peers to consumers of this Vert.x directly: the event bus is not asked to
 * choose, because it could choose a handler that stands for consumers elsewhere. One thread only:
 * the bridge's.
 */
final class Inbound {
  private final Parts parts;
  private final LocalBus local;
  private final Exports exports;
  private final Deliveries deliveries;
  private final Returns returns;
  private final Replies replies;
  private final MessageDecoder decoder;

  Inbound(Parts parts, Exports exports, Availability availability) {
    this.parts = parts;
    this.local = parts.hub().local();
    this.exports = exports;
    this.returns = new Returns(parts);
    this.deliveries = new Deliveries(parts, availability, returns);
    this.replies = new Replies(parts);
    this.decoder = new MessageDecoder(parts.serializable());
  }

  void onMessage(PeerSession.Live from, Frame frame) {
    MessageDecoder in = decoder.wrap(frame);
    if (in.isBounced()) {
      returns.onBounced(from, in);
    } else if (in.kind() == FrameKind.REPLY) {
      replies.onReply(from, in);
    } else {
      Exports.Export export = exports.get(in.target());
      if (export == null) {
        ReplyException failure =
            parts.undelivered().notExported(parts.config().node(), from.peer().name(), in.target());
        parts.answers().fail(from, in.correlation(), failure);
      } else if (in.kind() == FrameKind.PUBLISH) {
        onPublish(from, export, in);
      } else {
        deliveries.onSend(from, export, in);
      }
    }
  }

  private void onPublish(PeerSession.Live from, Exports.Export export, MessageDecoder in) {
    long[] way = in.way();
    long sender = from.peer().vertx();
    boolean direct = way.length == 0;
    long origin = direct ? sender : way[0];
    if (origin == local.incarnation()) {
      return; // This Vert.x sent it, and it has come round.
    }
    long number = in.number();
    boolean first = window(from, origin, direct).first(number, direct);
    boolean gateway = parts.hub().isGateway() || parts.cluster() != null;
    if (!first && !gateway) {
      parts.undelivered().duplicate(export.address(), from.peer().name());
      return;
    }
    MultiMap headers = in.headers();
    String node = from.peer().name();
    EncodedBody encoded = gateway ? in.encodedBody() : null;
    if (gateway) {
      Parcel.Path path = new Parcel.Path(origin, Way.NONE, in.priority());
      parts
          .hub()
          .passOn(
              new Parcel(
                  FrameKind.PUBLISH, export.address(), headers, encoded, number, null, path, null),
              parts.config().identity(),
              sender);
    }
    if (first && !export.isWithdrawn()) {
      parts.counters().received.increment();
      if (parts.cluster() == null) {
        toAll(export, in, encoded, node);
      } else {
        publishToCluster(export, in, encoded, origin, node);
      }
    }
  }

  private PublishWindow window(PeerSession.Live from, long origin, boolean direct) {
    if (!direct) {
      return parts.hub().received().of(origin);
    }
    if (from.window() == null) {
      from.window(parts.hub().received().of(origin));
    }
    return from.window();
  }

  private void toAll(Exports.Export export, MessageDecoder in, EncodedBody known, String node) {
    Consumers.All all = export.consumers().all();
    int size = all.size();
    if (size == 0) {
      return;
    }
    boolean shared = in.isBodyImmutable() || (size == 1 && known == null);
    EncodedBody encoded =
        known != null ? known : shared && in.codecName() == null ? null : in.encodedBody();
    try {
      Object body = encoded == null ? in.body() : null;
      MultiMap headers = in.headers();
      for (int i = 0; i < size; i++) {
        Object own = encoded == null ? body : parts.forwarding().decode(encoded);
        // A gateway writes the headers on another loop, while a consumer may change its own.
        MultiMap ownHeaders = size == 1 && known == null ? headers : LocalBus.copy(headers);
        all.give(i, local.incoming(export.address(), ownHeaders, own, false, null));
      }
    } catch (RuntimeException e) {
      parts.undelivered().decoding(export.address(), node, e);
    }
  }

  private void publishToCluster(
      Exports.Export export, MessageDecoder in, EncodedBody encoded, long origin, String node) {
    try {
      Object body = parts.forwarding().decode(encoded);
      parts
          .cluster()
          .publish(export.address(), in.headers(), body, in.codecName(), origin, in.number());
    } catch (RuntimeException e) {
      parts.undelivered().decoding(export.address(), node, e);
    }
  }
}
