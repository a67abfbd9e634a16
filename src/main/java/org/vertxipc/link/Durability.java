package org.vertxipc.link;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.vertxipc.options.JournalLinkOptions;

/**
 * Brings what was recorded to the disk when the configuration asks for it, and knows who waits for
 * that. One thread only: the link's context.
 */
final class Durability {
  /** When recorded messages are synced to disk. */
  private enum Sync {
    /** When the kernel decides. */
    NONE,
    /** At an interval. */
    INTERVAL,
    /** Before a request that records a message is answered. */
    MESSAGE
  }

  /** Runs work on a worker thread, and what follows on the link's context. */
  interface Background {
    void run(Callable<?> task, Consumer<Object> then, Runnable failed);
  }

  private final ContextInternal context;
  private final JournalLinkOptions options;
  private final Sync sync;
  private final Background background;
  private final Callable<Void> writeOut;
  private boolean dirty;
  private boolean syncing;
  private List<Runnable> unsafe = new ArrayList<>();
  private long timer = -1;

  /**
   * Creates it.
   *
   * @param writeOut brings all to the disk, on a worker thread
   */
  Durability(
      ContextInternal context,
      JournalLinkOptions options,
      Background background,
      Callable<Void> writeOut) {
    this.context = context;
    this.options = options;
    this.sync = Constants.of(Sync.class, options.getFsync());
    this.background = background;
    this.writeOut = writeOut;
  }

  void start() {
    if (sync == Sync.INTERVAL) {
      timer = context.owner().setPeriodic(options.getFsyncMillis(), id -> sync());
    }
  }

  /** Something has been recorded. */
  void onRecord() {
    dirty = true;
  }

  /** Runs a task when all that is recorded is as durable as configured. */
  void whenSafe(Runnable safe) {
    if (sync != Sync.MESSAGE) {
      safe.run();
      return;
    }
    unsafe.add(safe);
    sync();
  }

  /** Returns whether something that is to be synced is not. */
  boolean isOpen() {
    return dirty && sync != Sync.NONE;
  }

  /** Starts a sync, unless none is needed, or one is under way. */
  void sync() {
    if (!dirty || syncing) {
      return;
    }
    syncing = true;
    dirty = false;
    List<Runnable> underWay = unsafe;
    unsafe = new ArrayList<>();
    background.run(
        writeOut,
        done -> {
          syncing = false;
          underWay.forEach(Runnable::run);
          if (sync == Sync.MESSAGE) {
            sync();
          }
        },
        () -> {
          syncing = false;
          dirty = true;
          underWay.addAll(unsafe);
          unsafe = underWay;
        });
  }

  /** Syncs at no interval any more. */
  void stop() {
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
  }
}
