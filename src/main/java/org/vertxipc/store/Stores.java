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
 * aside, if it exists, and made anew; others notice this only by messages that are not stored. One
 * thread only: the bus's context.
 */
public final class Stores {
  // How often to check that the files in use still exist. Files that could not be opened are
  // retried then, and messages in files that are removed when they are empty are looked for.
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
   * Creates stores, none of which is open.
   *
   * @param context on which everything is done
   * @param reactor of that context
   * @param settings of the stores
   * @param directory where they are
   * @param listener is told about messages and room
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
   * Starts reading what others have stored, and records what this node exports. The node must not
   * connect to others before this is done.
   *
   * @param exports the addresses
   * @return completes when all stores are open; at once for a node that keeps none
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
   * Records what this node exports, for those that write to it while it is down.
   *
   * @param exports the addresses
   * @return completes when it is recorded; at once for a node that keeps no store
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
   * Reads what one writer stores; called when that node is met.
   *
   * @param writer the node that writes
   * @return completes when its store is open; at once for a node that keeps no store
   */
  public Future<Void> readFrom(String writer) {
    return inboxes.readFrom(writer);
  }

  /**
   * Stops or resumes handing over messages.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    inboxes.setPaused(paused);
  }

  /**
   * Returns the outbox for a node that keeps a store, always the same object for the same node.
   *
   * @param node that node
   * @return completes when its file is open
   */
  public Future<Outbox> outbox(String node) {
    return outboxes.get(node);
  }

  /**
   * A node is up, and can be woken.
   *
   * @param node that node
   * @param nudge makes it check its stores; nothing is lost when a nudge does not reach it
   */
  public void connected(String node, Runnable nudge) {
    if (!closed) {
      outboxes.connected(node, nudge);
      inboxes.look(node);
    }
  }

  /**
   * A node is down. What it stored is read to its end, and messages for it wait.
   *
   * @param node that node
   */
  public void disconnected(String node) {
    outboxes.disconnected(node);
    inboxes.gone(node);
  }

  /**
   * A node asks for a check: it may have stored something, or made room.
   *
   * @param node that node
   */
  public void nudged(String node) {
    inboxes.look(node);
    outboxes.onRoom(node);
  }

  /**
   * Returns whether nothing waits in this process for room that connected nodes may still make.
   *
   * @return true when everything is in files
   */
  public boolean isFlushed() {
    return outboxes.areFlushed();
  }

  /**
   * Returns how many frames in stores have been skipped, because they were not messages, or could
   * not be understood.
   *
   * @return since this node was made
   */
  public long skipped() {
    return inboxes.skipped();
  }

  /**
   * Closes all; their contents stay.
   *
   * @return completes when the files are closed, and on the disk where that is configured
   */
  public Future<Void> close() {
    closed = true;
    cancelCheck.run();
    return Future.join(inboxes.close(), outboxes.close()).mapEmpty();
  }
}
