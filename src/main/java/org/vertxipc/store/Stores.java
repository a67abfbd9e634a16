package org.vertxipc.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.wire.Frame;

/**
 * The stores of a node: those in which others leave messages for it, if it keeps any, and those in
 * which it leaves messages for others. A file that is damaged or removed while it is in use is put
 * aside, where there is something, and made anew; nobody outside is told but by messages that are
 * not stored. One thread only: the bus's context.
 */
public final class Stores {
  private static final Logger log = LoggerFactory.getLogger(Stores.class);
  // Between two looks whether the files in use are still there. What could not be opened is tried
  // again then, and what was left in files that are removed when they are empty is looked for.
  private static final long CHECK_NANOS = 1_000_000_000;

  private final ContextInternal context;
  private final Reactor reactor;
  private final StoreSettings settings;
  private final StoreDirectory directory;
  private final StoreFiles files;
  private final StoreListener listener;
  private final RingPoller poller;
  private final Runnable cancelCheck;
  private final Owner owner = new Owner();
  private final Map<String, StoredInbox> inboxes = new HashMap<>();
  // Those whose file could not be opened, or broke.
  private final Set<String> missing = new HashSet<>();
  private final Map<String, StoreOutbox> outboxes = new HashMap<>();
  // How to wake the nodes that are up.
  private final Map<String, Runnable> nudges = new HashMap<>();
  private final Map<String, Future<Void>> openingInboxes = new HashMap<>();
  private final Map<String, Future<Outbox>> openingOutboxes = new HashMap<>();
  private long skippedBefore;
  private boolean paused;
  private boolean closed;

  /**
   * Stores, none of which is open.
   *
   * @param context on which everything is done
   * @param reactor of that context
   * @param settings what they need to know
   * @param directory where they are
   * @param listener told of what comes
   */
  public Stores(
      ContextInternal context,
      Reactor reactor,
      StoreSettings settings,
      StoreDirectory directory,
      StoreListener listener) {
    this.context = context;
    this.reactor = reactor;
    this.settings = settings;
    this.directory = directory;
    this.files = new StoreFiles(settings.access(), settings.files(), directory.path());
    this.listener = listener;
    this.poller = new RingPoller(reactor, settings.idle());
    this.cancelCheck = reactor.every(CHECK_NANOS, reactor.bind(this::check));
  }

  private <T> Future<T> blocking(Callable<T> task) {
    return context.executeBlocking(task, false);
  }

  /**
   * Starts to read what others have left, and says what this node exports. Before it is done, the
   * node is to connect to nobody.
   *
   * @param exports the addresses
   * @return done when all stores are open; at once for a node that keeps none
   */
  public Future<Void> read(Collection<String> exports) {
    if (!settings.keeps()) {
      return context.succeededFuture();
    }
    List<String> addresses = List.copyOf(exports);
    return blocking(
            () -> {
              directory.ensure();
              files.probe();
              directory.writeExports(settings.node(), addresses);
              return files.writers(settings.node());
            })
        .compose(
            writers -> {
              List<Future<Void>> opened = new ArrayList<>();
              writers.forEach(writer -> opened.add(readFrom(writer)));
              return Future.join(opened);
            })
        .mapEmpty();
  }

  /**
   * Says what this node exports, to those that are to write to it while it is down.
   *
   * @param exports the addresses
   * @return done when it is written down; at once for a node that keeps no store
   */
  public Future<Void> exported(Collection<String> exports) {
    if (!settings.keeps() || closed) {
      return context.succeededFuture();
    }
    List<String> addresses = List.copyOf(exports);
    return context.executeBlocking(
        () -> {
          directory.writeExports(settings.node(), addresses);
          return null;
        },
        true);
  }

  /**
   * Reads what one writer leaves: that is called before it is told that this node is there.
   *
   * @param writer the node that writes
   * @return done when its store is open; at once for a node that keeps no store
   */
  public Future<Void> readFrom(String writer) {
    if (!settings.keeps() || closed) {
      return context.succeededFuture();
    }
    StoredInbox known = inboxes.get(writer);
    if (known != null) {
      check(known);
    }
    return inboxes.containsKey(writer)
        ? context.succeededFuture()
        : openingInboxes.computeIfAbsent(writer, this::openInbox);
  }

  private Future<Void> openInbox(String writer) {
    return blocking(() -> files.openToRead(settings.node(), writer))
        .<Void>map(
            file -> {
              openingInboxes.remove(writer);
              start(writer, file);
              return null;
            })
        .onFailure(
            e -> {
              openingInboxes.remove(writer);
              if (missing.add(writer)) {
                log.error("What node '" + writer + "' left for this node can't be read now", e);
              }
            });
  }

  private void start(String writer, StoreFile file) {
    if (closed) {
      discard(file);
      return;
    }
    missing.remove(writer);
    StoreInbound store = new StoreInbound(poller, file);
    StoredInbox inbox = new StoredInbox(owner, writer, store, settings.maxMessageBytes());
    inboxes.put(writer, inbox);
    inbox.setPaused(paused);
    inbox.start();
  }

  private static void discard(StoreFile file) {
    try {
      file.close();
    } catch (PosixException e) {
      log.warn("A store can't be unmapped", e);
    }
  }

  /**
   * Stops to hand over messages, or goes on.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    this.paused = paused;
    inboxes.values().forEach(inbox -> inbox.setPaused(paused));
  }

  /**
   * The outbox for a node that keeps a store, always the same for the same node.
   *
   * @param node that node
   * @return done when its file is open
   */
  public Future<Outbox> outbox(String node) {
    if (closed) {
      return context.failedFuture("The stores are closed");
    }
    StoreOutbox known = outboxes.get(node);
    if (known != null) {
      check(known);
    }
    return known != null && known.isOpen()
        ? context.succeededFuture(known)
        : openingOutboxes.computeIfAbsent(node, this::openOutbox);
  }

  private Future<Outbox> openOutbox(String node) {
    return blocking(
            () -> {
              directory.ensure();
              return files.openToWrite(node, settings.node(), settings.passing());
            })
        .<Outbox>map(
            file -> {
              openingOutboxes.remove(node);
              return opened(node, file);
            })
        .onFailure(e -> openingOutboxes.remove(node));
  }

  private Outbox opened(String node, StoreFile file) {
    StoreOutbox outbox = outboxes.get(node);
    if (outbox == null) {
      outbox =
          new StoreOutbox(
              reactor, node, settings.sendQueueBytes(), () -> reopenOutbox(node), listener::onRoom);
      outboxes.put(node, outbox);
      Runnable nudge = nudges.get(node);
      if (nudge != null) {
        outbox.connect(nudge);
      }
    }
    if (closed) {
      discard(file);
    } else {
      outbox.open(settings.files(), file);
    }
    return outbox;
  }

  private void reopenOutbox(String node) {
    if (!closed) {
      outbox(node)
          .onFailure(e -> log.warn("Nothing can be left for node '" + node + "' for now", e));
    }
  }

  /**
   * A node is up, and can be woken.
   *
   * @param node that node
   * @param nudge has its stores look; nothing may be lost when that does not reach it
   */
  public void connected(String node, Runnable nudge) {
    if (closed) {
      return;
    }
    nudges.put(node, nudge);
    StoreOutbox outbox = outboxes.get(node);
    if (outbox != null) {
      outbox.connect(nudge);
    } else if (settings.keeps()) {
      nudge.run();
    }
    nudged(node);
  }

  /**
   * A node is down. What it left is read to its end, and what is left for it waits.
   *
   * @param node that node
   */
  public void disconnected(String node) {
    nudges.remove(node);
    StoreOutbox outbox = outboxes.get(node);
    if (outbox != null) {
      outbox.disconnect();
    }
    nudged(node);
    StoredInbox inbox = inboxes.get(node);
    if (inbox != null) {
      owner.emptied(inbox);
    }
  }

  /**
   * A node asks to look: it may have left something, or made room.
   *
   * @param node that node
   */
  public void nudged(String node) {
    StoredInbox inbox = inboxes.get(node);
    if (inbox != null) {
      inbox.look();
    }
    StoreOutbox outbox = outboxes.get(node);
    if (outbox != null) {
      outbox.onRoom();
    }
  }

  /**
   * Whether nothing waits in this process for room that nodes that are up may still make.
   *
   * @return true when everything is in files
   */
  public boolean isFlushed() {
    return outboxes.values().stream().allMatch(StoreOutbox::isFlushed);
  }

  /**
   * How many frames in stores have been passed over, because they were no messages, or messages
   * that nobody could make anything of.
   *
   * @return since this node was made
   */
  public long skipped() {
    return skippedBefore + inboxes.values().stream().mapToLong(StoredInbox::skipped).sum();
  }

  private void check() {
    List.copyOf(inboxes.values()).forEach(this::check);
    List.copyOf(outboxes.values()).forEach(this::check);
    List.copyOf(missing).forEach(this::readFrom);
    for (StoreOutbox outbox : outboxes.values()) {
      if (!outbox.isOpen() && !openingOutboxes.containsKey(outbox.node())) {
        reopenOutbox(outbox.node());
      }
    }
    List.copyOf(inboxes.values()).forEach(owner::emptied);
  }

  private void check(StoredInbox inbox) {
    try {
      inbox.check();
    } catch (PosixException e) {
      log.warn("The store of node '" + inbox.writer() + "' can't be looked after", e);
    }
  }

  private void check(StoreOutbox outbox) {
    try {
      outbox.check();
    } catch (PosixException e) {
      log.warn("The store for node '" + outbox.node() + "' can't be looked after", e);
    }
  }

  /**
   * Closes all; what is in them stays.
   *
   * @return done when the files are closed, and on the disk where that is wanted
   */
  public Future<Void> close() {
    closed = true;
    cancelCheck.run();
    inboxes.values().forEach(StoredInbox::close);
    inboxes.clear();
    missing.clear();
    List<Future<Void>> closing = new ArrayList<>();
    for (StoreOutbox outbox : outboxes.values()) {
      Promise<Void> promise = context.promise();
      outbox.close(promise::complete);
      closing.add(promise.future());
    }
    // What is being opened is closed when it comes.
    closing.addAll(openingInboxes.values());
    openingOutboxes.values().forEach(opening -> closing.add(opening.mapEmpty()));
    return Future.join(closing).otherwiseEmpty().mapEmpty();
  }

  /** What inboxes ask for. */
  private final class Owner implements StoredInbox.Owner {
    @Override
    public void stored(StoredMessage from, Frame frame) {
      listener.onStored(from, frame);
    }

    @Override
    public void roomMade(String writer) {
      Runnable nudge = nudges.get(writer);
      if (nudge != null) {
        nudge.run();
      }
    }

    /** A writer that was given a name for once leaves no file behind when all is delivered. */
    @Override
    public void emptied(StoredInbox inbox) {
      try {
        if (!nudges.containsKey(inbox.writer()) && inbox.removeIfPassed()) {
          inboxes.remove(inbox.writer(), inbox);
          skippedBefore += inbox.skipped();
          inbox.close();
        }
      } catch (PosixException e) {
        log.warn("A store that nobody needs any more stays", e);
      }
    }

    @Override
    public void broken(StoredInbox inbox, StoreFile file, Throwable why) {
      String writer = inbox.writer();
      log.error(file.path() + " can't be read on, and is opened anew", why);
      inboxes.remove(writer, inbox);
      skippedBefore += inbox.skipped();
      missing.add(writer);
      blocking(
              () -> {
                if (why instanceof CorruptRingException corrupt) {
                  file.putAside(corrupt);
                }
                return null;
              })
          .onComplete(
              done -> {
                discard(file);
                if (done.failed()) {
                  log.error(file.path() + " can't be put aside", done.cause());
                }
                readFrom(writer);
              });
    }
  }
}
