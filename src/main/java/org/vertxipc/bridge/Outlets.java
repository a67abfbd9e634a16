package org.vertxipc.bridge;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.reactor.HandOver;

/** The outlets of a bridge. One thread only, the bridge's, except for {@link #open}. */
final class Outlets implements Outlet.Owner {
  private final ContextInternal context;
  private final HandOver handOver;
  private final LocalBus local;
  private final Undelivered undelivered;
  private final Sessions sessions;
  private final List<Outlet> open = new ArrayList<>();

  Outlets(
      ContextInternal context,
      HandOver handOver,
      LocalBus local,
      Undelivered undelivered,
      Sessions sessions) {
    this.context = context;
    this.handOver = handOver;
    this.local = local;
    this.undelivered = undelivered;
    this.sessions = sessions;
  }

  Outlet open(String address, boolean publish) {
    Outlet outlet = new Outlet(this, context, handOver, local, undelivered, address, publish);
    handOver.add(
        () -> {
          open.add(outlet);
          outlet.onRoutes();
        });
    return outlet;
  }

  boolean isFor(String address) {
    return open.stream().anyMatch(outlet -> outlet.address().equals(address));
  }

  @Override
  public List<Outbound.Line> lines(String address) {
    return sessions.lines(address);
  }

  @Override
  public void closed(Outlet outlet) {
    open.remove(outlet);
  }

  void onRoutes() {
    open.forEach(Outlet::onRoutes);
  }

  void onChange() {
    open.forEach(Outlet::onChange);
  }
}
