package org.vertxipc.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * The stores in which this node leaves messages for others: opens each reader's store, and reopens
 * it when it breaks. One thread only: the bus's context.
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
  private final Openings<Outbox> opening;
  // Wakes the nodes that are up.
  private final Map<String, Runnable> nudges = new HashMap<>();
  // Nodes of whose stores it has been said that they can't be opened.
  private final Set<String> unopened = new HashSet<>();
  private boolean closed;

  /**
   * Creates outboxes, none of which is open.
   *
   * @param context on which everything is done
   * @param reactor of that context
   * @param settings what the stores need to know
   * @param directory of the stores
   * @param files where they are
   * @param listener is told about room
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
    this.opening = new Openings<>(context);
  }

  /**
   * Returns the outbox for a node, always the same object for the same node; completes when its
   * file is open.
   */
  Future<Outbox> get(String node) {
    if (closed) {
      return context.failedFuture("The stores are closed");
    }
    StoreOutbox known = outboxes.get(node);
    if (known != null) {
      check(known);
    }
    return known != null && known.isOpen() ? limited(known) : opening.run(node, () -> open(node));
  }

  /** Its node may have been restarted with other options. */
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
   * The result of opening.
   *
   * @param file the store
   * @param most the longest frame that its reader accepts
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
        .map(opened -> opened(node, opened.file(), opened.most()));
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
      get(node)
          .onSuccess(outbox -> unopened.remove(node))
          .onFailure(
              e -> {
                // It is tried once a second.
                if (unopened.add(node)) {
                  log.warn(
                      "Nothing can be stored for node '" + node + "' for now: " + e.getMessage());
                }
              });
    }
  }

  /** A node is up, and can be woken. */
  void connected(String node, Runnable nudge) {
    nudges.put(node, nudge);
    StoreOutbox outbox = outboxes.get(node);
    if (outbox == null) {
      // The node may wait for room in the store that this node reads.
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

  /** Makes a node check its stores, if it is up. */
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

  /** Checks that the files still exist, and retries those that could not be opened. */
  void check() {
    for (StoreOutbox outbox : List.copyOf(outboxes.values())) {
      check(outbox);
      if (!outbox.isOpen() && !opening.isRunning(outbox.node())) {
        reopen(outbox.node());
      }
    }
  }

  private static void check(StoreOutbox outbox) {
    try {
      outbox.check();
    } catch (PosixException e) {
      log.warn("The store for node '" + outbox.node() + "' can't be checked", e);
    }
  }

  /** Completes when all files are closed, and on the disk where that is configured. */
  Future<Void> close() {
    closed = true;
    List<Future<Void>> closing = new ArrayList<>();
    for (StoreOutbox outbox : outboxes.values()) {
      Promise<Void> promise = context.promise();
      outbox.close(promise::complete);
      closing.add(promise.future());
    }
    // A file that is being opened is closed afterwards.
    opening.all().forEach(o -> closing.add(o.mapEmpty()));
    return Future.join(closing).otherwiseEmpty().mapEmpty();
  }
}
