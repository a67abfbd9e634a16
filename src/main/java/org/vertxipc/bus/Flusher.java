package org.vertxipc.bus;

import java.util.ArrayList;
import java.util.List;
import org.vertxipc.reactor.Reactor;

/**
 * Flushes what has been written to, together with what is written soon after. One thread only: the
 * reactor's.
 */
final class Flusher {
  private final Reactor reactor;
  private final Runnable soon;
  private final Runnable nextTurn;
  private final List<Dirty> dirty = new ArrayList<>();
  private boolean queued;

  /** What is to be flushed. */
  interface Dirty {
    void flush();
  }

  Flusher(Reactor reactor) {
    this.reactor = reactor;
    this.soon = reactor.bind(this::now);
    this.nextTurn = reactor.perTurn(this::now);
  }

  /** Flushes after the tasks that are queued on the loop by now: they may have more to send. */
  void soon(Dirty written) {
    dirty.add(written);
    if (!queued) {
      queued = true;
      reactor.execute(soon);
    }
  }

  /** Flushes when the loop has looked at its descriptors. */
  void nextTurn(Dirty written) {
    dirty.add(written);
    if (!queued) {
      queued = true;
      nextTurn.run();
    }
  }

  void now() {
    queued = false;
    // Those that are not done with their flush come back to the list, for the next turn.
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
