package org.vertxipc.bridge;

import org.vertxipc.bus.BusConfig;
import org.vertxipc.eventbus.PublishWindows;
import org.vertxipc.reactor.HandOver;

/** This bridge, as the other bridges of its Vert.x see it. */
final class BridgeGate implements Gate {
  private final String identity;
  private final BusConfig config;
  private final Sessions sessions;
  private final Answers answers;
  private final HandOver handOver;
  private final Undelivered undelivered;
  private final PublishWindows passedOn = new PublishWindows();

  BridgeGate(
      BusConfig config,
      Sessions sessions,
      Answers answers,
      HandOver handOver,
      Undelivered undelivered) {
    this.identity = config.identity();
    this.config = config;
    this.sessions = sessions;
    this.answers = answers;
    this.handOver = handOver;
    this.undelivered = undelivered;
  }

  @Override
  public String bus() {
    return identity;
  }

  @Override
  public String busName() {
    return config.bus();
  }

  @Override
  public String node() {
    return config.node();
  }

  @Override
  public boolean heedsLocalOnly() {
    return config.options().isHeedLocalOnly();
  }

  @Override
  public boolean isNeighbour(long vertx) {
    return sessions.isNeighbour(vertx);
  }

  @Override
  public boolean giveBack(long vertx, Parcel parcel) {
    if (!sessions.isNeighbour(vertx)) {
      return false;
    }
    handOver.add(() -> giveBackNow(vertx, parcel));
    return true;
  }

  private void giveBackNow(long vertx, Parcel parcel) {
    PeerSession.Live to = sessions.of(vertx);
    if (to == null) {
      parcel.fail(undelivered.nobody(parcel.address()));
    } else {
      answers.giveBack(to, parcel, 0);
    }
  }

  @Override
  public PublishWindows passedOn() {
    return passedOn;
  }
}
