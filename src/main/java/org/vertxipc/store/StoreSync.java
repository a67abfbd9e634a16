package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.vertxipc.channel.ring.MemoryFaults;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.wire.FrameSender.Completion;

/**
 * Syncs a store's data to disk on a worker thread, and tells those who wait for it. What is written
 * while the disk is busy is handled in the next round. One thread only: the reactor's.
 */
final class StoreSync {
  private static final Logger log = LoggerFactory.getLogger(StoreSync.class);

  // The wait after the disk has failed.
  private static final long RETRY_NANOS = 1_000_000_000;

  private final Reactor reactor;
  private final Sync sync;
  private final StoreFile file;
  private final Runnable cancelInterval;
  private final Runnable startSoon;
  private List<Completion> waiting = new ArrayList<>();
  // The completions that the round under way serves.
  private List<Completion> served = new ArrayList<>();
  private LongSupplier position = () -> 0;
  private LongConsumer released = position -> {};
  private Runnable onClosed;
  // What the reader had released before the round under way.
  private long mark;
  private boolean dirty;
  private boolean busy;
  private boolean closed;
  private boolean abandoned;

  StoreSync(Reactor reactor, MappedOptions options, StoreFile file) {
    this.reactor = reactor;
    this.sync = Sync.of(options);
    this.file = file;
    this.startSoon = reactor.bind(this::start);
    this.cancelInterval =
        switch (sync) {
          case NONE -> () -> {};
          case INTERVAL -> reactor.every(options.getFsyncMillis() * 1_000_000, startSoon);
          case MESSAGE -> reactor.every(RETRY_NANOS, startSoon);
        };
  }

  /**
   * Reports what the reader had released before the disk was last brought up to date.
   *
   * @param position returns what it has released now; fails when that can't be read
   * @param released is told
   */
  void onReleased(LongSupplier position, LongConsumer released) {
    this.position = position;
    this.released = released;
  }

  /** Returns whether the file is synced to disk at all. */
  boolean isWanted() {
    return sync != Sync.NONE;
  }

  /** There is no room until the disk knows what the reader has released. */
  void hasten() {
    dirty = true;
    reactor.execute(startSoon);
  }

  /** Something has been written. */
  void written() {
    if (!dirty) {
      dirty = true;
      if (sync == Sync.MESSAGE) {
        // It is synced to disk with everything else written in this turn.
        reactor.execute(startSoon);
      }
    }
  }

  /** Calls back when what is written by now is as durable as configured. */
  void whenSafe(Completion safe) {
    if (sync != Sync.MESSAGE || !(dirty || busy)) {
      safe.done(true);
    } else {
      await(safe);
    }
  }

  /** Calls back when what is written by now is on the disk, if it is ever brought there. */
  void whenOnDisk(Completion safe) {
    if (!isWanted() || !(dirty || busy)) {
      safe.done(true);
    } else {
      await(safe);
      reactor.execute(startSoon);
    }
  }

  private void await(Completion safe) {
    if (dirty) {
      waiting.add(safe);
    } else {
      served.add(safe);
    }
  }

  private void start() {
    if (busy || !dirty) {
      return;
    }
    try {
      mark = position.getAsLong();
    } catch (CorruptRingException | InternalError e) {
      log.debug(
          "The next claim will say what is wrong with " + file.path(),
          MemoryFaults.cause(e, MemoryFaults.damage(file::requireWhole)));
      mark = 0;
    }
    dirty = false;
    busy = true;
    served = waiting;
    waiting = new ArrayList<>();
    reactor.blocking(
        () -> {
          file.sync();
          return null;
        },
        (nothing, failure) -> onDone(failure));
  }

  private void onDone(Throwable failure) {
    busy = false;
    if (failure == null && !closed) {
      released.accept(mark);
    }
    List<Completion> safe = served;
    served = new ArrayList<>();
    if (failure == null) {
      safe.forEach(s -> s.done(true));
    } else {
      // Those who wait are not told that it is durable; the next round tries again.
      log.error(file.path() + " can't be synced to disk", failure);
      waiting.addAll(0, safe);
      dirty = true;
    }
    if (closed) {
      finish(failure == null && !abandoned);
    } else if (failure == null && sync == Sync.MESSAGE) {
      start();
    }
  }

  /**
   * Brings what is written to the disk, ends, and then closes the file.
   *
   * @param onClosed called when the file is closed
   */
  void close(Runnable onClosed) {
    this.onClosed = onClosed;
    closed = true;
    cancelInterval.run();
    if (!busy) {
      finish(!abandoned);
    }
  }

  /** Ends it because the file is broken, and tells those who wait. */
  void abandon(Runnable onClosed) {
    abandoned = true;
    List<Completion> lost = new ArrayList<>(served);
    lost.addAll(waiting);
    served = new ArrayList<>();
    waiting = new ArrayList<>();
    close(onClosed);
    lost.forEach(l -> l.done(false));
  }

  private void finish(boolean again) {
    if (again && dirty && isWanted()) {
      start();
      return;
    }
    List<Completion> lost = waiting;
    waiting = new ArrayList<>();
    try {
      file.close();
    } catch (PosixException e) {
      log.warn("A store can't be unmapped", e);
    }
    onClosed.run();
    lost.forEach(l -> l.done(false));
  }
}
