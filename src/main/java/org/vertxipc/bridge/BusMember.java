package org.vertxipc.bridge;

import io.vertx.core.Future;
import java.util.Collection;
import org.vertxipc.bus.Bus;
import org.vertxipc.bus.BusListener;
import org.vertxipc.counters.CounterSet;

/**
 * This node on its bus, as far as the bridge needs it. {@link Bus} implements it, and so does a
 * test without channels. All methods are called on the bridge's context.
 */
interface BusMember {
  Future<Void> join();

  Future<Void> leave();

  Future<Void> exported(Collection<String> addresses);

  void setPaused(boolean paused);

  /** Shows what is counted to others, if there is news; returns whether there is. */
  boolean show();

  /** Makes it for the listener that is told about peers, and for what is counted. */
  interface Factory {
    BusMember create(long vertx, BusListener listener, CounterSet counters);
  }

  /** Returns that of a real bus. */
  static BusMember of(Bus bus) {
    return new BusMember() {
      @Override
      public Future<Void> join() {
        return bus.join();
      }

      @Override
      public Future<Void> leave() {
        return bus.leave();
      }

      @Override
      public Future<Void> exported(Collection<String> addresses) {
        return bus.exported(addresses);
      }

      @Override
      public void setPaused(boolean paused) {
        bus.setPaused(paused);
      }

      @Override
      public boolean show() {
        return bus.show();
      }
    };
  }
}
