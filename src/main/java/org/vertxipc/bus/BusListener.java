package org.vertxipc.bus;

import java.util.List;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.Frame;

/** Told of peers and their frames, on the bus's context. */
public interface BusListener {
  /**
   * A peer is there and can be sent to. Whatever is sent now comes before any other frame.
   *
   * @param peer the peer
   */
  void onUp(LivePeer peer);

  /**
   * A frame of a peer, other than those that are the bus's own affair. What this throws closes the
   * channel to that peer.
   *
   * @param peer the peer
   * @param frame the frame, to be read until this returns
   */
  void onFrame(LivePeer peer, Frame frame);

  /**
   * There is room again after {@link LivePeer#isFull}, or in the outbox of a node.
   *
   * @param peer the peer
   */
  void onDrained(Peer peer);

  /**
   * A peer can't be sent to any more. What it has sent is still read, to its end.
   *
   * @param peer the peer; {@link #onDown} follows
   */
  void onMuted(LivePeer peer);

  /**
   * A peer is gone, after {@link #onUp}.
   *
   * @param peer the peer
   * @param why says that it left, died, or what was wrong with it
   * @param standIn takes what is to wait for it, from this moment on; null when it keeps no store
   */
  void onDown(LivePeer peer, Departure why, AbsentPeer standIn);

  /**
   * Whether this node would write to a node that exports these, so that a way to it is kept open
   * while it is down.
   *
   * @param exports its exports
   * @return true when one of them is of interest
   */
  boolean wants(List<String> exports);

  /**
   * A node keeps a store and is down, as this node joined the bus.
   *
   * @param peer stands for it
   * @param exports its exports, as it wrote them down
   */
  void onAbsent(AbsentPeer peer, List<String> exports);

  /**
   * A node that was down is back, and has said what it exports.
   *
   * @param peer as given to {@link #onAbsent} or {@link #onDown}
   */
  void onReturned(AbsentPeer peer);

  /**
   * A message that was left for this node. It is left again for the next incarnation unless {@link
   * StoredMessage#done} is called.
   *
   * @param from where it comes from
   * @param frame the frame, to be read until this returns
   */
  void onStored(StoredMessage from, Frame frame);
}
