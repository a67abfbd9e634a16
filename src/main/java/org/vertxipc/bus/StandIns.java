package org.vertxipc.bus;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.store.Outbox;
import org.vertxipc.store.StoreDirectory;
import org.vertxipc.store.StoreListener;
import org.vertxipc.store.StoreSettings;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.store.Stores;
import org.vertxipc.wire.Frame;

/**
 * Tracks which nodes with a store are down, and what stands in for them. It knows who is on the
 * bus, which the stores do not. One thread only: the bus's context.
 */
final class StandIns implements StoreListener {
  private static final Logger log = LoggerFactory.getLogger(StandIns.class);

  private final ContextInternal context;
  private final StoreDirectory directory;
  private final Stores stores;
  private final BusListener listener;
  private final Function<String, LivePeer> live;
  private final Map<String, AbsentPeer> absent = new HashMap<>();

  StandIns(
      ContextInternal context,
      Reactor reactor,
      StoreSettings settings,
      StoreDirectory directory,
      BusListener listener,
      Function<String, LivePeer> live) {
    this.context = context;
    this.directory = directory;
    this.listener = listener;
    this.live = live;
    this.stores = new Stores(context, reactor, settings, directory, this);
  }

  Stores stores() {
    return stores;
  }

  /**
   * Keeps a way open to nodes with a store that are down.
   *
   * @param there names of nodes that are not down
   */
  Future<Void> expect(Set<String> there) {
    return context
        .executeBlocking(directory::readExports, false)
        .compose(
            all -> {
              List<Future<Void>> opened = new ArrayList<>();
              all.forEach(
                  (node, exports) -> {
                    if (!there.contains(node) && listener.wants(exports)) {
                      opened.add(expect(node, exports));
                    }
                  });
              return Future.all(opened).mapEmpty();
            });
  }

  private Future<Void> expect(String node, List<String> exports) {
    return stores
        .outbox(node)
        .<Void>map(
            outbox -> {
              // Otherwise it has come meanwhile.
              if (live.apply(node) == null && !absent.containsKey(node)) {
                listener.onAbsent(standIn(node, outbox), exports);
              }
              return null;
            })
        .otherwise(
            e -> {
              log.warn("Nothing can be stored for node '" + node + "'", e);
              return null;
            });
  }

  private AbsentPeer standIn(String node, Outbox outbox) {
    return absent.computeIfAbsent(node, name -> new AbsentPeer(name, outbox));
  }

  /** Returns what stands in for a node that has just gone; null when it keeps no store. */
  AbsentPeer standIn(LivePeer gone) {
    return gone.outbox() == null ? null : standIn(gone.name(), gone.outbox());
  }

  /** A node is back, and has announced its exports. */
  void returned(String node) {
    AbsentPeer peer = absent.remove(node);
    if (peer != null) {
      listener.onReturned(peer);
    }
  }

  @Override
  public void onStored(StoredMessage from, Frame frame) {
    listener.onStored(from, frame);
  }

  @Override
  public void onRoom(String node) {
    LivePeer up = live.apply(node);
    Peer peer = up != null && up.canSend() ? up : absent.get(node);
    if (peer != null) {
      listener.onDrained(peer);
    }
  }
}
