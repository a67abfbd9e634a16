package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;

/**
 * Bounds how long a peer that no longer reads is still read. Such a peer has usually closed both
 * ends, one after the other, and what it wrote before is read to its end. A peer that keeps its
 * writing end open, and says nothing, is not waited for. One thread only: the bus's context.
 */
final class LastWords {
  /**
   * How long it may say nothing. Between the two closes of a process that leaves or dies there are
   * microseconds, or on a machine under full load tens of milliseconds; and requests that wait for
   * its reply should not wait longer than necessary.
   */
  static final long SILENCE_MILLIS = 1_000;

  // Counted in checks and not by the clock: while this process was stopped, it did not read either.
  // What is in the channel is read between two checks.
  private static final int LOOKS = 10;

  private final ContextInternal context;
  private final LivePeer peer;
  private final Runnable over;
  private long progress;
  private int inVain;

  private LastWords(ContextInternal context, LivePeer peer, Runnable over) {
    this.context = context;
    this.peer = peer;
    this.over = over;
    this.progress = peer.progress();
  }

  /**
   * Watches a peer until it is gone.
   *
   * @param over called when it has said nothing for too long, not counting the time for which it is
   *     paused
   */
  static void await(ContextInternal context, LivePeer peer, Runnable over) {
    new LastWords(context, peer, over).lookLater();
  }

  private void lookLater() {
    context.owner().setTimer(SILENCE_MILLIS / LOOKS, id -> look());
  }

  private void look() {
    if (!peer.isConnected()) {
      return;
    }
    if (peer.isPaused() || peer.progress() != progress) {
      progress = peer.progress();
      inVain = 0;
    } else {
      inVain++;
    }
    if (inVain == LOOKS) {
      over.run();
    } else {
      lookLater();
    }
  }
}
