package org.vertxipc.bridge;

import java.util.List;
import org.vertxipc.bus.AbsentPeer;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.BusListener;
import org.vertxipc.bus.Departure;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.bus.Peer;
import org.vertxipc.jfr.Flight;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.ProtocolException;

/** Passes what the bus reports to the parts that it concerns. One thread only: the bridge's. */
final class PeerListener implements BusListener {
  private final Imports imports;
  private final Exports exports;
  private final Availability availability;
  private final Sessions sessions;
  private final Inbound inbound;
  private final StoredDelivery stored;
  private final Outlets outlets;
  private final Counters counters;
  private final BusConfig config;
  private final Undelivered undelivered;

  PeerListener(
      Imports imports,
      Exports exports,
      Availability availability,
      Sessions sessions,
      Inbound inbound,
      StoredDelivery stored,
      Outlets outlets,
      Counters counters,
      BusConfig config,
      Undelivered undelivered) {
    this.imports = imports;
    this.exports = exports;
    this.availability = availability;
    this.sessions = sessions;
    this.inbound = inbound;
    this.stored = stored;
    this.outlets = outlets;
    this.counters = counters;
    this.config = config;
    this.undelivered = undelivered;
  }

  @Override
  public void onUp(LivePeer peer) {
    PeerSession.Live session =
        new PeerSession.Live(peer, counters.shown(), config.options().getTransport());
    for (Exports.Export export : exports.all()) {
      boolean available = availability.check(export);
      peer.send(ControlFrames.export(export.number(), export.address(), available));
    }
    peer.send(ControlFrames.bare(FrameKind.SYNCED));
    sessions.up(session);
    Flight.peerUp(config.bus(), config.node(), peer.name(), peer.receivesBy());
  }

  @Override
  public void onFrame(LivePeer peer, Frame frame) {
    PeerSession.Live session = PeerSession.Live.of(peer);
    switch (frame.kind()) {
      case FrameKind.SEND,
          FrameKind.PUBLISH,
          FrameKind.REQUEST,
          FrameKind.REPLY,
          FrameKind.RELAYED,
          FrameKind.BOUNCE -> {
        session.counters().onReceived(frame.length());
        inbound.onMessage(session, frame);
      }
      case FrameKind.EXPORT -> sessions.onExport(session, frame);
      case FrameKind.WITHDRAW -> sessions.onWithdraw(session, frame);
      case FrameKind.AVAILABLE -> sessions.onAvailable(session, frame, true);
      case FrameKind.UNAVAILABLE -> sessions.onAvailable(session, frame, false);
      case FrameKind.SYNCED -> sessions.onSynced(session);
      default -> throw new ProtocolException("frame of kind " + frame.kind());
    }
  }

  @Override
  public boolean wants(List<String> addresses) {
    return addresses.stream()
        .anyMatch(address -> imports.matches(address) || outlets.isFor(address));
  }

  @Override
  public void onAbsent(AbsentPeer peer, List<String> addresses) {
    sessions.absent(peer, addresses);
  }

  @Override
  public void onReturned(AbsentPeer peer) {
    sessions.returned(peer);
  }

  @Override
  public void onStored(StoredMessage from, Frame frame) {
    stored.onStored(from, frame);
  }

  @Override
  public void onDrained(Peer peer) {
    outlets.onChange();
  }

  @Override
  public void onMuted(LivePeer peer) {
    sessions.muted(PeerSession.Live.of(peer));
  }

  @Override
  public void onDown(LivePeer peer, Departure why, AbsentPeer standIn) {
    if (!why.isOrderly()) {
      counters.lostPeers.increment();
    }
    Flight.peerDown(config.bus(), config.node(), peer.name(), why.toString(), why.isOrderly());
    PeerSession.Live session = PeerSession.Live.of(peer);
    int lost = peer.givenUp() + session.pending().size();
    undelivered.gaveUp(peer.name(), lost, why.toString());
    sessions.down(session, why, standIn);
    session.counters().remove();
  }
}
