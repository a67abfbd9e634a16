package org.vertxipc.bus;

import org.vertxipc.wire.Frame;

/**
 * The node whose peer somebody is: it is told what happens, perhaps within a call to the peer.
 *
 * @param <P> the peer
 */
interface PeerHome<P> {
  /** Returns the incarnation of that node. */
  long incarnation();

  /** It has sent a frame, after its hello and before its goodbye. */
  void onFrame(P peer, Frame frame);

  /** There is room again after it was full. */
  void onDrained(P peer);

  /** It asks this node to check whether there is room for it, or something from it. */
  void onNudge(P peer);

  /** A batch of frames has been handed over. */
  void onBatchEnd();

  /** Nothing can be sent to it any more: the way to it must be closed, in a turn of its own. */
  void onMuted(P peer);

  /**
   * It must be treated as gone.
   *
   * @param cause what was wrong, or null
   */
  void onDeparted(P peer, Departure why, Throwable cause);
}
