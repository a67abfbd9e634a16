package org.vertxipc.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * What this node leaves for others: opens each reader's store, and opens it anew when it is broken.
 * One thread only: the bus's context.
 */
final class Outboxes {
  private static final Logger log = LoggerFactory.getLogger(Outboxes.class);

  private final ContextInternal context;
  private final Reactor reactor;
  private final StoreSettings settings;
  private final StoreDirectory directory;
  private final StoreFiles files;
  private final StoreListener listener;
  private final Map<String, StoreOutbox> outboxes = new HashMap<>();
  private final Map<String, Future<Outbox>> opening = new HashMap<>();
  // How to wake the nodes that are up.
  private final Map<String, Runnable> nudges = new HashMap<>();
  private boolean closed;

  /**
   * Outboxes, none of which is open.
   *
   * @param context on which everything is done
   * @param reactor of that context
   * @param settings what they need to know
   * @param directory of the stores
   * @param files where they are
   * @param listener told of room
   */
  Outboxes(
      ContextInternal context,
      Reactor reactor,
      StoreSettings settings,
      StoreDirectory directory,
      StoreFiles files,
      StoreListener listener) {
    this.context = context;
    this.reactor = reactor;
    this.settings = settings;
    this.directory = directory;
    this.files = files;
    this.listener = listener;
  }

  /** The outbox for a node, always the same for the same node: done when its file is open. */
  Future<Outbox> get(String node) {
    if (closed) {
      return context.failedFuture("The stores are closed");
    }
    StoreOutbox known = outboxes.get(node);
    if (known != null) {
      check(known);
    }
    return known != null && known.isOpen()
        ? limited(known)
        : opening.computeIfAbsent(node, this::open);
  }

  /** Its node may have been started again, with other options. */
  private Future<Outbox> limited(StoreOutbox outbox) {
    return context
        .executeBlocking(() -> directory.maxMessageBytes(outbox.node()), false)
        .map(
            most -> {
              outbox.limit(most);
              return outbox;
            });
  }

  /**
   * What has been opened.
   *
   * @param file the store
   * @param most the longest frame that its reader takes
   */
  private record Opened(StoreFile file, int most) {}

  private Future<Outbox> open(String node) {
    return context
        .executeBlocking(
            () -> {
              directory.ensure();
              int most = directory.maxMessageBytes(node);
              return new Opened(files.openToWrite(node, settings.node(), settings.passing()), most);
            },
            false)
        .map(
            opened -> {
              opening.remove(node);
              return opened(node, opened.file(), opened.most());
            })
        .onFailure(e -> opening.remove(node));
  }

  private Outbox opened(String node, StoreFile file, int most) {
    StoreOutbox outbox = outboxes.get(node);
    if (outbox == null) {
      outbox =
          new StoreOutbox(
              reactor,
              node,
              settings.options().getSendQueueBytes(),
              () -> reopen(node),
              listener::onRoom);
      outboxes.put(node, outbox);
    }
    if (closed) {
      try {
        file.close();
      } catch (PosixException e) {
        log.warn("A store can't be unmapped", e);
      }
      return outbox;
    }
    outbox.limit(most);
    outbox.open(settings.files(), file);
    Runnable nudge = nudges.get(node);
    if (nudge != null) {
      outbox.connect(nudge);
    }
    return outbox;
  }

  private void reopen(String node) {
    if (!closed) {
      get(node).onFailure(e -> log.warn("Nothing can be left for node '" + node + "' for now", e));
    }
  }

  /** A node is up, and can be woken. */
  void connected(String node, Runnable nudge) {
    nudges.put(node, nudge);
    StoreOutbox outbox = outboxes.get(node);
    if (outbox == null) {
      // It may wait for room in the store that this node reads.
      nudge.run();
    } else {
      outbox.connect(nudge);
    }
  }

  /** A node is down. */
  void disconnected(String node) {
    nudges.remove(node);
    StoreOutbox outbox = outboxes.get(node);
    if (outbox != null) {
      outbox.disconnect();
    }
  }

  boolean isUp(String node) {
    return nudges.containsKey(node);
  }

  /** Makes a node look, if it is up. */
  void nudge(String node) {
    Runnable nudge = nudges.get(node);
    if (nudge != null) {
      nudge.run();
    }
  }

  /** A node may have made room. */
  void onRoom(String node) {
    StoreOutbox outbox = outboxes.get(node);
    if (outbox != null) {
      outbox.onRoom();
    }
  }

  boolean areFlushed() {
    return outboxes.values().stream().allMatch(StoreOutbox::isFlushed);
  }

  /** Looks whether the files are still there, and tries those again that could not be opened. */
  void check() {
    for (StoreOutbox outbox : List.copyOf(outboxes.values())) {
      check(outbox);
      if (!outbox.isOpen() && !opening.containsKey(outbox.node())) {
        reopen(outbox.node());
      }
    }
  }

  private static void check(StoreOutbox outbox) {
    try {
      outbox.check();
    } catch (PosixException e) {
      log.warn("The store for node '" + outbox.node() + "' can't be looked after", e);
    }
  }

  /** Done when all files are closed, and on the disk where that is wanted. */
  Future<Void> close() {
    closed = true;
    List<Future<Void>> closing = new ArrayList<>();
    for (StoreOutbox outbox : outboxes.values()) {
      Promise<Void> promise = context.promise();
      outbox.close(promise::complete);
      closing.add(promise.future());
    }
    // What is being opened is closed when it comes.
    opening.values().forEach(o -> closing.add(o.mapEmpty()));
    return Future.join(closing).otherwiseEmpty().mapEmpty();
  }
}
