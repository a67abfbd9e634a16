package org.vertxipc.bridge;

import java.util.Map;
import org.vertxipc.bus.LivePeer;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.jfr.Flight;
import org.vertxipc.wire.SendCounts;

/** What has gone to a node that is up, and come from it. One thread only: the bridge's. */
final class PeerCounters {
  private final CounterSet shown;
  private final LivePeer peer;
  private final Counter sent;
  private final Counter sentBytes;
  private final Counter received;
  private final Counter receivedBytes;
  private final Counter mostQueued;
  private boolean wasFull;

  /**
   * Shows the counters of a node.
   *
   * @param transport by which this node receives
   * @param pending the requests that wait for its replies
   */
  PeerCounters(CounterSet shown, LivePeer peer, String transport, Pending pending) {
    this.shown = shown;
    this.peer = peer;
    Map<String, String> out = Map.of("peer", peer.name(), "transport", peer.receivesBy());
    Map<String, String> in = Map.of("peer", peer.name(), "transport", transport);
    this.sent = shown.counter(this, "peer.messages.sent", out);
    this.sentBytes = shown.counter(this, "peer.bytes.sent", out);
    this.received = shown.counter(this, "peer.messages.received", in);
    this.receivedBytes = shown.counter(this, "peer.bytes.received", in);
    shown.level(this, "peer.queue.bytes", out, peer::queuedBytes);
    this.mostQueued = shown.highest(this, "peer.queue.bytes.max", out);
    shown.level(this, "peer.requests.pending", out, pending::size);
    SendCounts counts = peer.sendCounts();
    shown.count(this, "peer.full", out, counts.full()::sum);
    shown.count(this, "peer.fragments.sent", out, counts.fragments()::sum);
  }

  void onSent(int bytes) {
    sent.increment();
    sentBytes.add(bytes);
    long queued = peer.queuedBytes();
    if (queued > 0) {
      mostQueued.reach(queued);
      tellWhenFull(queued);
    }
  }

  private void tellWhenFull(long queued) {
    boolean full = peer.isFull();
    if (full && !wasFull) {
      Flight.queueFilling(peer.name(), queued);
    }
    wasFull = full;
  }

  void onReceived(int bytes) {
    received.increment();
    receivedBytes.add(bytes);
  }

  void remove() {
    shown.remove(this);
  }
}
