package org.vertxipc.store;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.vertxipc.reactor.Reactor;

/**
 * The stores of a node: those in which others leave messages for it, if it keeps any, and those in
 * which it leaves messages for others. A file that is damaged or removed while it is in use is put
 * aside, where there is something, and made anew; nobody outside is told but by messages that are
 * not stored. One thread only: the bus's context.
 */
public final class Stores {
  // Between two looks whether the files in use are still there. What could not be opened is tried
  // again then, and what was left in files that are removed when they are empty is looked for.
  private static final long CHECK_NANOS = 1_000_000_000;

  private final ContextInternal context;
  private final StoreSettings settings;
  private final StoreDirectory directory;
  private final StoreFiles files;
  private final Inboxes inboxes;
  private final Outboxes outboxes;
  private final Runnable cancelCheck;
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
    this.settings = settings;
    this.directory = directory;
    this.files = new StoreFiles(settings.access(), settings.files(), directory.path());
    this.outboxes = new Outboxes(context, reactor, settings, directory, files, listener);
    this.inboxes =
        new Inboxes(context, reactor, settings, files, listener, outboxes::isUp, outboxes::nudge);
    this.cancelCheck = reactor.every(CHECK_NANOS, reactor.bind(this::check));
  }

  private void check() {
    inboxes.check();
    outboxes.check();
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
    return context
        .executeBlocking(
            () -> {
              directory.ensure();
              files.probe();
              directory.writeExports(
                  settings.node(), addresses, settings.options().getMaxMessageBytes());
              return files.writers(settings.node());
            },
            false)
        .compose(
            writers -> {
              List<Future<Void>> opened = new ArrayList<>();
              writers.forEach(writer -> opened.add(inboxes.readFrom(writer)));
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
          directory.writeExports(
              settings.node(), addresses, settings.options().getMaxMessageBytes());
          return null;
        },
        true);
  }

  /**
   * Reads what one writer leaves: that is called when it is met.
   *
   * @param writer the node that writes
   * @return done when its store is open; at once for a node that keeps no store
   */
  public Future<Void> readFrom(String writer) {
    return inboxes.readFrom(writer);
  }

  /**
   * Stops handing over messages, or goes on.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    inboxes.setPaused(paused);
  }

  /**
   * The outbox for a node that keeps a store, always the same for the same node.
   *
   * @param node that node
   * @return done when its file is open
   */
  public Future<Outbox> outbox(String node) {
    return outboxes.get(node);
  }

  /**
   * A node is up, and can be woken.
   *
   * @param node that node
   * @param nudge has its stores look; nothing may be lost when that does not reach it
   */
  public void connected(String node, Runnable nudge) {
    if (!closed) {
      outboxes.connected(node, nudge);
      inboxes.look(node);
    }
  }

  /**
   * A node is down. What it left is read to its end, and what is left for it waits.
   *
   * @param node that node
   */
  public void disconnected(String node) {
    outboxes.disconnected(node);
    inboxes.gone(node);
  }

  /**
   * A node asks to look: it may have left something, or made room.
   *
   * @param node that node
   */
  public void nudged(String node) {
    inboxes.look(node);
    outboxes.onRoom(node);
  }

  /**
   * Whether nothing waits in this process for room that nodes that are up may still make.
   *
   * @return true when everything is in files
   */
  public boolean isFlushed() {
    return outboxes.areFlushed();
  }

  /**
   * How many frames in stores have been passed over, because they were no messages, or messages
   * that nobody could make anything of.
   *
   * @return since this node was made
   */
  public long skipped() {
    return inboxes.skipped();
  }

  /**
   * Closes all; what is in them stays.
   *
   * @return done when the files are closed, and on the disk where that is wanted
   */
  public Future<Void> close() {
    closed = true;
    cancelCheck.run();
    return Future.join(inboxes.close(), outboxes.close()).mapEmpty();
  }
}
