package org.vertxipc.bus;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.vertxipc.channel.DurableInbound;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.ring.MappedTransport;
import org.vertxipc.channel.ring.MappedTransport.StoreOpening;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameSender;

/**
 * The stores of a node: those in which others have left messages for it, if it keeps any, and those
 * in which it leaves messages for nodes that are down. One thread only: the bus's context.
 */
final class Stores {
  private static final Logger log = LoggerFactory.getLogger(Stores.class);
  // Nodes with such a name do not come back under it.
  private static final Pattern PASSING = Pattern.compile("node-[0-9]+-[0-9a-f]{8}");

  private final Roster roster;
  private final ContextInternal context;
  private final BusConfig config;
  private final Transports transports;
  private final MappedTransport mapped;
  private final StoreDirectory directory;
  private final BusListener listener;
  private final Map<String, StoredInbox> inboxes = new HashMap<>();
  private final Map<String, Future<Void>> opening = new HashMap<>();
  private final Map<String, AbsentPeer> absent = new HashMap<>();
  private boolean paused;

  Stores(
      Roster roster,
      ContextInternal context,
      BusConfig config,
      Transports transports,
      StoreDirectory directory,
      BusListener listener) {
    this.roster = roster;
    this.context = context;
    this.config = config;
    this.transports = transports;
    this.mapped = transports.mapped();
    this.directory = directory;
    this.listener = listener;
  }

  /** Starts to read what others have left, and says what this node exports. */
  Future<Void> read(List<String> exports) {
    if (!transports.isDurable()) {
      return context.succeededFuture();
    }
    return context
        .executeBlocking(() -> openAll(exports), false)
        .map(
            opened -> {
              opened.forEach(this::start);
              return null;
            });
  }

  private Map<String, StoreOpening> openAll(List<String> exports) throws IOException {
    directory.writeExports(config.node(), exports);
    Map<String, StoreOpening> opened = new HashMap<>();
    try {
      for (String writer : mapped.writers(config.node())) {
        if (Bus.isName(writer)) {
          opened.put(writer, mapped.openInbound(config.node(), writer));
        }
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.values().forEach(StoreOpening::discard);
      throw e;
    }
  }

  /** Starts to read what one writer leaves, unless that is so already. */
  Future<Void> readFrom(String writer) {
    if (!transports.isDurable() || inboxes.containsKey(writer)) {
      return context.succeededFuture();
    }
    return opening.computeIfAbsent(
        writer,
        name ->
            context
                .executeBlocking(() -> mapped.openInbound(config.node(), name), false)
                .<Void>map(
                    opened -> {
                      start(name, opened);
                      return null;
                    })
                .onComplete(done -> opening.remove(name)));
  }

  private void start(String writer, StoreOpening opened) {
    if (inboxes.containsKey(writer) || roster.isLeaving()) {
      opened.discard();
      return;
    }
    DurableInbound store = mapped.inbound(writer, opened);
    StoredInbox inbox = new StoredInbox(roster, this, writer, store, config.maxMessageBytes());
    inboxes.put(writer, inbox);
    inbox.setPaused(paused);
    inbox.start();
    removeIfPassing(inbox);
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    inboxes.values().forEach(inbox -> inbox.setPaused(paused));
  }

  void stored(StoredMessage from, Frame frame) {
    listener.onStored(from, frame);
  }

  /** The way to a peer is open, or it is gone. */
  void onPeer(LivePeer peer) {
    StoredInbox inbox = inboxes.get(peer.name());
    if (inbox != null) {
      inbox.onPeer(peer);
      removeIfPassing(inbox);
    }
  }

  /** A store can't be read on; it is opened, and mended, with the next acquaintance. */
  void broken(StoredInbox inbox) {
    inboxes.remove(inbox.writer(), inbox);
    mapped.forgetInbound(inbox.writer());
    inbox.close(false);
  }

  /** A writer that was given a name for once leaves no file behind when all is delivered. */
  void removeIfPassing(StoredInbox inbox) {
    if (roster.get(inbox.writer()) == null
        && PASSING.matcher(inbox.writer()).matches()
        && inbox.isEmpty()) {
      inboxes.remove(inbox.writer(), inbox);
      mapped.forgetInbound(inbox.writer());
      inbox.close(true);
    }
  }

  /** Says what this node exports, to those that are to write to it while it is down. */
  Future<Void> exported(List<String> exports) {
    if (!transports.isDurable()) {
      return context.succeededFuture();
    }
    return context.executeBlocking(
        () -> {
          directory.writeExports(config.node(), exports);
          return null;
        },
        true);
  }

  /** Keeps a way open to the nodes that are down and keep a store. */
  Future<Void> expectAbsent(List<NodeRecord> alive) {
    Set<String> there = new HashSet<>();
    roster.all().forEach(peer -> there.add(peer.name()));
    alive.forEach(record -> there.add(record.node()));
    there.add(config.node());
    return context
        .executeBlocking(directory::readExports, false)
        .compose(
            all -> {
              List<Future<Void>> opened = new ArrayList<>();
              all.forEach(
                  (node, exports) -> {
                    if (!there.contains(node)) {
                      opened.add(expect(node, exports));
                    }
                  });
              return Future.all(opened).mapEmpty();
            });
  }

  /** A node that kept a store is gone: what is sent to it from now on waits there. */
  void becomesAbsent(String node) {
    context
        .executeBlocking(() -> directory.readExports(node), false)
        .onSuccess(exports -> expect(node, exports))
        .onFailure(e -> complain(node, e));
  }

  private Future<Void> expect(String node, List<String> exports) {
    if (exports == null || roster.isLeaving() || !listener.wants(exports)) {
      return context.succeededFuture();
    }
    boolean known = mapped.hasOutbound(node);
    return context
        .executeBlocking(() -> known ? null : mapped.openOutbound(node, config.node()), false)
        .<Void>map(
            opened -> {
              expected(node, exports, opened);
              return null;
            })
        .otherwise(
            e -> {
              complain(node, e);
              return null;
            });
  }

  private void expected(String node, List<String> exports, StoreOpening opened) {
    if (roster.isLeaving() || roster.get(node) != null || absent.containsKey(node)) {
      if (opened != null) {
        opened.discard();
      }
      return;
    }
    OutboundChannel store = mapped.outbound(node, opened);
    AbsentPeer peer =
        new AbsentPeer(node, new ChannelOutbox(store, new FrameSender(store, 0), null));
    absent.put(node, peer);
    listener.onAbsent(peer, exports);
  }

  private static void complain(String node, Throwable e) {
    log.warn("Nothing is kept for node '" + node + "'", e);
  }

  /** A node is back, and has said what it exports. */
  void returned(String node) {
    AbsentPeer peer = absent.remove(node);
    if (peer != null) {
      listener.onReturned(peer);
    }
  }

  /** Closes all; what is in them stays. */
  void close() {
    inboxes.values().forEach(inbox -> inbox.close(false));
    inboxes.clear();
    absent.clear();
  }
}
