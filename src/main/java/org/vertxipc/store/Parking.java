package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Mapping;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.store.AckWindow.Kept;

/**
 * Keeps messages that wait, for instance for a consumer, from holding up those behind them in the
 * same store. The room of a store is released in order: when a message that is not done holds more
 * than half of it, the messages are copied, from the first on, to a file of the reader's own. A
 * message that waits there at the head, with others behind it that are done, is copied once more,
 * to the end. When that file is full of waiting messages, its writer has to wait.
 *
 * <p>Nothing is released before its copy is as durable as the original. A process that dies in
 * between leaves both, or a part of the copy that is recognisable as such.
 *
 * <p>A bounded amount is copied per turn of the loop. One thread only: the bus's context.
 */
final class Parking implements ParkedStore.Events {
  private static final Logger log = LoggerFactory.getLogger(Parking.class);

  /** About how much is copied per turn of the loop. */
  static final int TURN_BYTES = 128 * 1024;

  /** What this needs of the owner of the store. */
  interface Owner {
    /** Opens the file on a worker thread, and then passes it to {@link Parking#open}. */
    void openParked(int capacity);

    /** A fault of another file than that one. */
    void onFault(Throwable fault);
  }

  private final Reactor reactor;
  private final MappedOptions options;
  private final String writer;
  private final Owner owner;
  private final StoreInbound store;
  private final AckWindow window;
  private final int turnBytes;
  private final Runnable again;
  private ParkedStore parked;
  private Kept candidate;
  private Move move;
  private boolean opening;
  private boolean failedToOpen;
  private boolean complained;
  private boolean queued;
  private boolean active;
  private boolean full;
  private boolean closed;

  /**
   * Creates one that has copied nothing yet.
   *
   * @param reactor runs its turns
   * @param options of the file
   * @param writer whose store it is
   * @param owner of the store
   * @param store from which messages are copied
   * @param window what of the store is needed
   * @param turnBytes about how much is copied per turn
   */
  Parking(
      Reactor reactor,
      MappedOptions options,
      String writer,
      Owner owner,
      StoreInbound store,
      AckWindow window,
      int turnBytes) {
    this.turnBytes = turnBytes;
    this.reactor = reactor;
    this.options = options;
    this.writer = writer;
    this.owner = owner;
    this.store = store;
    this.window = window;
    this.again = reactor.perTurn(this::turn);
  }

  /** A message that is being copied. */
  private final class Move {
    private final Kept kept;
    private final boolean within;
    private long at;
    private long start = -1;
    private boolean failed;
    private boolean pointless;

    Move(Kept kept, boolean within) {
      this.kept = kept;
      this.within = within;
      this.at = kept.start();
      kept.setMoving(true);
    }

    /** Copies about this many bytes, and returns how many it were. */
    long step(long most) {
      long from = at;
      // A message that is done has been released, and may be overwritten.
      pointless = kept.isDone();
      while (!isOver() && at - from < most) {
        at = within ? parked.reread(at, this::copyWithin) : store.reread(at, this::copy);
      }
      return at - from;
    }

    private void copyWithin(ByteBuffer in, int at, int length) {
      copy(in, at + ParkedStore.HEAD, length - ParkedStore.HEAD);
    }

    private void copy(ByteBuffer in, int at, int length) {
      long mark = start < 0 ? ParkedStore.COPYING : ParkedStore.MORE;
      long position = parked.append(mark, in, at, length);
      failed = position < 0;
      start = start < 0 ? position : start;
    }

    boolean isOver() {
      return failed || pointless || at >= kept.end();
    }

    void finish() {
      AckWindow.Ticket ticket = kept.ticket();
      if (failed || pointless) {
        stays(ticket);
        if (start >= 0) {
          parked.drop(start, parked.position());
        }
        return;
      }
      ticket.copied(parked.keep(start, parked.position(), ticket));
      parked.whenAsSafe(
          safe -> {
            if (safe) {
              ticket.moved();
            } else {
              stays(ticket);
            }
          });
    }
  }

  private void stays(AckWindow.Ticket ticket) {
    ticket.stays();
    candidate = null;
  }

  /** Uses the file from now on. */
  void open(StoreFile file) {
    opening = false;
    if (closed) {
      discard(file);
    } else {
      parked = new ParkedStore(reactor, options, file, this);
      look();
    }
  }

  private static void discard(StoreFile file) {
    try {
      file.close();
    } catch (PosixException e) {
      log.warn("A file of messages that wait can't be unmapped", e);
    }
  }

  /** The file can't be opened now. */
  void notOpened(Throwable why) {
    failedToOpen = true;
    if (!complained) {
      complained = true;
      log.error(
          "Waiting messages of node '"
              + writer
              + "' can't be kept aside: its store is full when they take half of it",
          why);
    }
  }

  /** Returns what is kept aside, null when there is nothing. */
  ParkedStore parked() {
    return parked;
  }

  /** Checks again, because more may be held up than before, or there may be room now. */
  void look() {
    if (!queued && !closed && (move != null || isNeeded())) {
      queued = true;
      again.run();
    }
  }

  /** Returns whether a message that is not being moved holds up more than it may. */
  private boolean isNeeded() {
    Kept first = next();
    active = first != null && store.end() - first.start() > store.capacity() / (active ? 4 : 2);
    return active;
  }

  /** Returns the first message that is neither done nor being moved. */
  private Kept next() {
    Kept kept = candidate == null || candidate.isDone() ? window.first() : candidate;
    Kept before = kept;
    while (kept != null && (kept.isDone() || kept.isMoving())) {
      before = kept;
      kept = kept.next();
    }
    candidate = kept == null ? before : kept;
    return kept;
  }

  private void turn() {
    queued = false;
    if (closed) {
      return;
    }
    try {
      copySome();
    } catch (CorruptRingException | InternalError e) {
      onFault(e);
      return;
    }
    // Otherwise this is checked again when something is done, or the file is there.
    if (move != null) {
      look();
    }
  }

  private void copySome() {
    long left = turnBytes;
    while (left > 0 && (move != null || begin())) {
      left -= Math.max(1, move.step(left));
      Mapping.raiseFault();
      if (move.isOver()) {
        Move over = move;
        move = null;
        over.finish();
        if (over.failed) {
          sayFull();
          return;
        }
      }
    }
    if (left <= 0 && move == null && isNeeded()) {
      look();
    }
  }

  /** Begins to move a message; returns false when there is none to move, or no room for now. */
  private boolean begin() {
    if (!isNeeded()) {
      return false;
    }
    if (parked == null) {
      if (!opening) {
        opening = true;
        owner.openParked(store.capacity());
      }
      return false;
    }
    Kept head = parked.window().first();
    boolean compact =
        parked.held() > parked.capacity() / 2
            && parked.waiting() <= parked.held() / 2
            && head != null
            && !head.isMoving();
    if (compact && parked.hasRoom(head.size())) {
      move = new Move(head, true);
    } else if (parked.hasRoom(next().size())) {
      move = new Move(next(), false);
    } else {
      sayFull();
    }
    return move != null;
  }

  private void sayFull() {
    full &= parked.waiting() > parked.capacity() / 4;
    if (!full && parked.waiting() > parked.held() / 2) {
      full = true;
      log.warn(
          parked.file().path()
              + " is full of messages of node '"
              + writer
              + "' that wait: once its store is full as well, the node has to wait");
    }
  }

  @Override
  public void onRoom() {
    look();
  }

  @Override
  public void onFault(Throwable fault) {
    if (parked == null) {
      return;
    }
    try {
      parked.requireWhole();
      owner.onFault(fault);
    } catch (CorruptRingException e) {
      e.addSuppressed(fault);
      giveUp(e);
    }
  }

  /** The messages in it are still with their consumers, and are lost if this process dies. */
  private void giveUp(CorruptRingException why) {
    ParkedStore broken = parked;
    log.error(
        broken.file().path()
            + " is broken: its waiting messages will not be delivered again after a restart",
        why);
    parked = null;
    if (move != null) {
      stays(move.kept.ticket());
      move = null;
    }
    broken.abandon(this::look);
  }

  /** Checks that the file is complete and has its name; gives it up otherwise. */
  void check() throws PosixException {
    opening &= !failedToOpen;
    failedToOpen = false;
    look();
    if (parked == null) {
      return;
    }
    try {
      parked.requireWhole();
    } catch (CorruptRingException e) {
      giveUp(e);
      return;
    }
    if (!parked.file().isCurrent()) {
      giveUp(new CorruptRingException("somebody removed a file in use"));
    }
  }

  boolean isEmpty() {
    return parked == null || parked.window().isEmpty();
  }

  /**
   * Closes it; waiting messages stay, and a file without any is removed.
   *
   * @param onClosed called when the file is closed
   */
  void close(Runnable onClosed) {
    closed = true;
    if (parked == null) {
      onClosed.run();
      return;
    }
    try {
      if (isEmpty()) {
        parked.file().removeUnlessShared();
      }
    } catch (PosixException e) {
      log.warn("A file without waiting messages is left behind", e);
    }
    parked.close(onClosed);
  }
}
