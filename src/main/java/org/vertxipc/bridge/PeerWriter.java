package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import java.util.Map;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.bus.Peer;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * Writes one message at a time to a peer or to its store, or says why it can't be written. One
 * thread only: the bridge's.
 */
final class PeerWriter {
  private final BusConfig config;
  private final Map<String, Integer> priorities;
  private final Undelivered undelivered;
  private final Counters counters;
  private final MessageEncoder encoder;

  PeerWriter(
      BusConfig config,
      SerializableBodies serializable,
      Undelivered undelivered,
      Counters counters) {
    this.config = config;
    this.priorities = Map.copyOf(config.options().getMqueue().getPriorities());
    this.undelivered = undelivered;
    this.counters = counters;
    this.encoder = new MessageEncoder(serializable);
  }

  /** Returns the encoder that holds the message to be written next. */
  MessageEncoder encoder() {
    return encoder;
  }

  /** Returns the priority of a message. */
  int priority(PeerSession.Live live, Parcel.Path path, MultiMap headers, String address) {
    if (live == null || !live.peer().ordersByPriority()) {
      return 0;
    }
    if (path.priority() >= 0) {
      return path.priority();
    }
    int asked = Priority.of(headers);
    return asked >= 0 ? asked : priorities.getOrDefault(address, 0);
  }

  /** Sends what the encoder holds; returns null when it was accepted. */
  ReplyException offer(PeerSession.Live live, String address, FrameSender.Completion safe) {
    ReplyException failure = tooLarge(live, address);
    if (failure != null) {
      return failure;
    }
    LivePeer peer = live.peer();
    if (peer.offer(encoder)) {
      counters.sent.increment();
      live.counters().onSent(encoder.length());
      if (safe != null) {
        safe.done(true);
      }
      return null;
    }
    if (!peer.canSend()) {
      return undelivered.gone(address, peer.name(), "is gone");
    }
    return undelivered.full(
        address,
        peer.name(),
        "Too much waits for "
            + peer
            + ": "
            + peer.queuedBytes()
            + " bytes, at most "
            + config.options().getSendQueueBytes()
            + " are configured (sendQueueBytes)");
  }

  /**
   * Sends what the encoder holds back to where it came from. It was under way already, so it has a
   * limit of its own: as much of it may wait as of everything else together.
   */
  boolean giveBack(LivePeer to) {
    int most = to.maxMessageBytes();
    if (encoder.length() > most && !(encoder.asText() && encoder.length() <= most)) {
      return false;
    }
    if (!to.offer(encoder)) {
      if (!to.canSend() || to.queuedBytes() >= 2 * config.options().getSendQueueBytes()) {
        return false;
      }
      to.send(encoder);
    }
    return true;
  }

  private ReplyException tooLarge(PeerSession.Live live, String address) {
    int own = config.options().getMaxMessageBytes();
    int theirs = live.peer().maxMessageBytes();
    int most = Math.min(own, theirs);
    if (encoder.length() <= most || (encoder.asText() && encoder.length() <= most)) {
      return null;
    }
    return own <= theirs
        ? undelivered.tooLarge(
            address, live.peer().name(), encoder.length(), own, "maxMessageBytes")
        : undelivered.tooLarge(
            address,
            live.peer().name(),
            encoder.length(),
            theirs,
            "maxMessageBytes of node '" + live.peer().name() + "'");
  }

  /** Stores what the encoder holds; returns null when it was accepted. */
  ReplyException offerStored(Peer to, String address, FrameSender.Completion safe) {
    Outbox outbox = to.outbox();
    int own = config.options().getMaxMessageBytes();
    int most = outbox.maxMessage();
    if (encoder.length() > Math.min(own, most)) {
      return most < own
          ? undelivered.tooLarge(
              address,
              to.name(),
              encoder.length(),
              most,
              "half of mapped.fileBytes, or maxMessageBytes, of its node")
          : undelivered.tooLarge(address, to.name(), encoder.length(), own, "maxMessageBytes");
    }
    if (outbox.offer(encoder, safe)) {
      counters.sent.increment();
      counters.stored.increment();
      return null;
    }
    String down = to instanceof AbsentPeer ? ", which is down," : "";
    return undelivered.full(
        address, to.name(), "The store of node '" + to.name() + "'" + down + " is full");
  }
}
