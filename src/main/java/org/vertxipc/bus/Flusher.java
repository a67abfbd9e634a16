package org.vertxipc.bus;

import java.util.ArrayList;
import java.util.List;
import org.vertxipc.reactor.Reactor;

/**
 * Flushes peers that have been written to, together with what is written soon after. One thread
 * only: the reactor's.
 */
final class Flusher {
  private final Reactor reactor;
  private final Runnable soon;
  private final Runnable nextTurn;
  private final List<Dirty> dirty = new ArrayList<>();
  private boolean queued;

  /** Something to be flushed. */
  interface Dirty {
    void flush();
  }

  Flusher(Reactor reactor) {
    this.reactor = reactor;
    this.soon = reactor.bind(this::now);
    this.nextTurn = reactor.perTurn(this::now);
  }

  /**
   * Flushes after the tasks that are already queued on the loop, because they may have more to
   * send.
   */
  void soon(Dirty written) {
    dirty.add(written);
    if (!queued) {
      queued = true;
      reactor.execute(soon);
    }
  }

  /** Flushes when the loop has checked its descriptors. */
  void nextTurn(Dirty written) {
    dirty.add(written);
    if (!queued) {
      queued = true;
      nextTurn.run();
    }
  }

  void now() {
    queued = false;
    // Those whose flush is not complete come back to the list, for the next turn.
    int count = dirty.size();
    for (int i = 0; i < count; i++) {
      dirty.get(i).flush();
    }
    if (count == dirty.size()) {
      dirty.clear();
    } else {
      dirty.subList(0, count).clear();
    }
  }
}
