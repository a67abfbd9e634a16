package org.vertxipc.bus;

import java.util.List;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.Frame;

/** Is told about peers and their frames, on the bus's context. */
public interface BusListener {
  /**
   * A peer is there and frames can be sent to it. Whatever is sent now comes before any other
   * frame.
   */
  void onUp(LivePeer peer);

  /**
   * A frame of a peer, other than those that the bus itself handles. An exception from this method
   * closes the channel to that peer.
   *
   * @param peer the peer
   * @param frame the frame, which may be read until this returns
   */
  void onFrame(LivePeer peer, Frame frame);

  /**
   * There is room again after {@link LivePeer#isFull}, or in the outbox of a node.
   *
   * @param peer the peer
   */
  void onDrained(Peer peer);

  /**
   * Nothing can be sent to a peer any more. What it has sent is still read, to its end.
   *
   * @param peer the peer; {@link #onDown} follows
   */
  void onMuted(LivePeer peer);

  /**
   * A peer is gone, after {@link #onUp}.
   *
   * @param peer the peer
   * @param why says that it left, died, or what was wrong with it
   * @param standIn takes messages that wait for it, from this moment on; null when it keeps no
   *     store
   */
  void onDown(LivePeer peer, Departure why, AbsentPeer standIn);

  /**
   * Returns whether this node would write to a node that exports these, so that a way to it is kept
   * open while it is down.
   *
   * @param exports its exports
   * @return true when one of them is of interest
   */
  boolean wants(List<String> exports);

  /**
   * A node that keeps a store was down when this node joined the bus.
   *
   * @param peer stands for it
   * @param exports its recorded exports
   */
  void onAbsent(AbsentPeer peer, List<String> exports);

  /**
   * A node that was down is back, and has announced its exports.
   *
   * @param peer as given to {@link #onAbsent} or {@link #onDown}
   */
  void onReturned(AbsentPeer peer);

  /**
   * A message that was stored for this node. The next incarnation gets it again unless {@link
   * StoredMessage#done} is called.
   *
   * @param from where it comes from
   * @param frame the frame, which may be read until this returns
   */
  void onStored(StoredMessage from, Frame frame);
}
