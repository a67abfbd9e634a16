package org.vertxipc.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.ring.RingConsumer;
import org.vertxipc.wire.Frame;

/**
 * The stores in which others leave messages for this node: opens each writer's store, reopens it
 * when it breaks, and removes it when it is empty and its writer does not come back. One thread
 * only: the bus's context.
 */
final class Inboxes implements StoredInbox.Owner {
  private static final Logger log = LoggerFactory.getLogger(Inboxes.class);

  private final ContextInternal context;
  private final Reactor reactor;
  private final StoreSettings settings;
  private final StoreFiles files;
  private final StoreListener listener;
  private final Predicate<String> isUp;
  private final Consumer<String> nudge;
  private final RingPoller poller;
  private final Map<String, StoredInbox> inboxes = new HashMap<>();
  private final Openings<Void> opening;
  // The writers whose file could not be opened, or broke.
  private final Set<String> missing = new HashSet<>();
  private long skippedBefore;
  private boolean paused;
  private boolean closed;

  /**
   * Creates inboxes, none of which is open.
   *
   * @param context on which everything is done
   * @param reactor of that context
   * @param settings what the stores need to know
   * @param files where they are
   * @param listener is told about messages
   * @param isUp returns whether a node is up
   * @param nudge makes a node check its stores, if it is up
   */
  Inboxes(
      ContextInternal context,
      Reactor reactor,
      StoreSettings settings,
      StoreFiles files,
      StoreListener listener,
      Predicate<String> isUp,
      Consumer<String> nudge) {
    this.context = context;
    this.reactor = reactor;
    this.settings = settings;
    this.files = files;
    this.listener = listener;
    this.isUp = isUp;
    this.nudge = nudge;
    this.opening = new Openings<>(context);
    this.poller = new RingPoller(reactor, settings.options().getIdle());
  }

  /** Reads a writer's messages, if this node keeps a store; completes when the store is open. */
  Future<Void> readFrom(String writer) {
    if (!settings.keeps() || closed) {
      return context.succeededFuture();
    }
    StoredInbox known = inboxes.get(writer);
    if (known != null) {
      check(known);
    }
    return inboxes.containsKey(writer)
        ? context.succeededFuture()
        : opening.run(writer, () -> open(writer));
  }

  /**
   * The opened files of a writer.
   *
   * @param store its store
   * @param parked what was kept aside; null when there is nothing
   * @param scan of the parked file
   */
  private record Opened(StoreFile store, StoreFile parked, ParkedScan scan) {}

  private Future<Void> open(String writer) {
    return context
        .executeBlocking(() -> openFiles(writer), false)
        .<Void>map(
            opened -> {
              start(writer, opened);
              return null;
            })
        .onFailure(
            e -> {
              if (missing.add(writer)) {
                log.error("What node '" + writer + "' stored for this node can't be read now", e);
              }
            });
  }

  private Opened openFiles(String writer) throws IOException {
    StoreFile store = files.openToRead(settings.node(), writer);
    try {
      if (!files.hasParked(settings.node(), writer)) {
        return new Opened(store, null, null);
      }
      int capacity = new RingConsumer(store.buffer(), false).capacity();
      StoreFile parked = files.openParked(settings.node(), writer, capacity);
      try {
        return new Opened(store, parked, new ParkedScan(parked));
      } catch (RuntimeException e) {
        parked.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void start(String writer, Opened opened) {
    if (closed) {
      discard(opened.store());
      if (opened.parked() != null) {
        discard(opened.parked());
      }
      return;
    }
    missing.remove(writer);
    StoreInbound store = new StoreInbound(poller, opened.store());
    StoredInbox inbox = new StoredInbox(reactor, settings, this, writer, store);
    inboxes.put(writer, inbox);
    inbox.setPaused(paused);
    if (opened.parked() == null) {
      inbox.start();
    } else {
      inbox.start(opened.parked(), opened.scan());
    }
  }

  private static void discard(StoreFile file) {
    try {
      file.close();
    } catch (PosixException e) {
      log.warn("A store can't be unmapped", e);
    }
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    inboxes.values().forEach(inbox -> inbox.setPaused(paused));
  }

  /** A writer may have left a message. */
  void look(String writer) {
    StoredInbox inbox = inboxes.get(writer);
    if (inbox != null) {
      inbox.look();
    }
  }

  /** A writer is gone: its store is removed, too, if the writer will not come back. */
  void gone(String writer) {
    StoredInbox inbox = inboxes.get(writer);
    if (inbox != null) {
      inbox.look();
      emptied(inbox);
    }
  }

  /** Returns how many frames were skipped because they could not be understood. */
  long skipped() {
    return skippedBefore + inboxes.values().stream().mapToLong(StoredInbox::skipped).sum();
  }

  /** Checks that the files still exist, and retries those that could not be opened. */
  void check() {
    List.copyOf(inboxes.values()).forEach(this::check);
    List.copyOf(inboxes.values()).forEach(this::emptied);
    List.copyOf(missing).forEach(this::readFrom);
  }

  private void check(StoredInbox inbox) {
    try {
      inbox.check();
    } catch (PosixException e) {
      log.warn("The store of node '" + inbox.writer() + "' can't be checked", e);
    }
  }

  /** Completes when all files are closed; their contents stay. */
  Future<Void> close() {
    closed = true;
    missing.clear();
    // A file that is being opened is closed afterwards.
    List<Future<Void>> closing = new ArrayList<>(opening.all());
    for (StoredInbox inbox : inboxes.values()) {
      Promise<Void> promise = context.promise();
      inbox.close(promise::complete);
      closing.add(promise.future());
    }
    inboxes.clear();
    return Future.join(closing).otherwiseEmpty().mapEmpty();
  }

  @Override
  public void stored(StoredMessage from, Frame frame) {
    listener.onStored(from, frame);
  }

  @Override
  public void roomMade(String writer) {
    nudge.accept(writer);
  }

  @Override
  public void openParked(StoredInbox inbox, int capacity) {
    context
        .executeBlocking(() -> files.openParked(settings.node(), inbox.writer(), capacity), false)
        .onSuccess(inbox.parking()::open)
        .onFailure(inbox.parking()::notOpened);
  }

  /**
   * A writer whose name was made for one process leaves no file behind when everything is
   * delivered.
   */
  @Override
  public void emptied(StoredInbox inbox) {
    try {
      if (!isUp.test(inbox.writer()) && inbox.removeIfPassed()) {
        forget(inbox);
        inbox.close(() -> {});
      }
    } catch (PosixException e) {
      log.warn("A store that is no longer needed is left behind", e);
    }
  }

  private void forget(StoredInbox inbox) {
    inboxes.remove(inbox.writer(), inbox);
    skippedBefore += inbox.skipped();
  }

  @Override
  public void broken(StoredInbox inbox, StoreFile file, Throwable why) {
    String writer = inbox.writer();
    log.error(file.path() + " can't be read any further, and is reopened", why);
    forget(inbox);
    opening.start(writer, () -> reopen(inbox, file, why));
  }

  private Future<Void> reopen(StoredInbox inbox, StoreFile file, Throwable why) {
    Future<Object> aside =
        context.executeBlocking(
            () -> {
              if (why instanceof CorruptRingException corrupt) {
                file.putAside(corrupt);
              }
              return null;
            },
            false);
    return aside
        .onFailure(e -> log.error(file.path() + " can't be moved aside", e))
        .transform(
            done -> {
              discard(file);
              Promise<Void> promise = context.promise();
              inbox.close(promise::complete);
              return promise.future();
            })
        .compose(done -> closed ? context.succeededFuture() : open(inbox.writer()));
  }
}
