package org.vertxipc.store;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.ring.CorruptRingException;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameAssembler;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.ProtocolException;

/**
 * Reads what a writer has stored for this node, and stores while it lives: stored messages, and
 * nothing else. Messages that were kept aside come first. One thread only: the bus's context.
 */
final class StoredInbox implements InboundHandler {
  private static final Logger log = LoggerFactory.getLogger(StoredInbox.class);

  /** What an inbox needs from its owner. */
  interface Owner {
    /** A message. */
    void stored(StoredMessage from, Frame frame);

    /** The writer waits for room, and there is room now. */
    void roomMade(String writer);

    /** Everything has been delivered. */
    void emptied(StoredInbox inbox);

    /** Waiting messages are to be kept aside, see {@link Parking#open}. */
    void openParked(StoredInbox inbox, int capacity);

    /** It can't be read any more and has been given up: its file is to be closed and reopened. */
    void broken(StoredInbox inbox, StoreFile file, Throwable why);
  }

  private final Reactor reactor;
  private final Owner owner;
  private final String writer;
  private final StoreInbound store;
  private final int maxMessageBytes;
  private final FrameAssembler assembler;
  private final FrameAssembler.FrameHandler frames = this::onFrame;
  private final AckWindow window;
  private final Parking parking;
  private ParkedDelivery first;
  // The messages that a dead process kept aside, and may not have released.
  private final Set<ParkedScan.Origin> asideAlready = new HashSet<>();
  private boolean paused;
  private boolean closed;
  private long start;
  private boolean redelivered;
  private long skipped;

  StoredInbox(
      Reactor reactor, StoreSettings settings, Owner owner, String writer, StoreInbound store) {
    this(reactor, settings, owner, writer, store, Parking.TURN_BYTES);
  }

  StoredInbox(
      Reactor reactor,
      StoreSettings settings,
      Owner owner,
      String writer,
      StoreInbound store,
      int turnBytes) {
    this.reactor = reactor;
    this.owner = owner;
    this.writer = writer;
    this.store = store;
    // Messages whose writer was told that they are stored are delivered, even if this node accepts
    // less by now.
    this.maxMessageBytes = Math.max(settings.options().getMaxMessageBytes(), store.capacity() / 2);
    this.assembler = new FrameAssembler(maxMessageBytes);
    this.window = new AckWindow(this::release, kept -> {});
    this.parking =
        new Parking(reactor, settings.files(), writer, new Aside(), store, window, turnBytes);
  }

  /** Keeps waiting messages aside. */
  private final class Aside implements Parking.Owner {
    @Override
    public void openParked(int capacity) {
      owner.openParked(StoredInbox.this, capacity);
    }

    @Override
    public void onFault(Throwable fault) {
      onBroken(fault);
    }
  }

  Parking parking() {
    return parking;
  }

  /** Starts reading, with nothing kept aside. */
  void start() {
    if (!closed) {
      store.start(this);
      store.setPaused(paused);
    }
  }

  /** Starts reading, with what was kept aside. */
  void start(StoreFile aside, ParkedScan scan) {
    parking.open(aside);
    ParkedStore parked = parking.parked();
    asideAlready.addAll(scan.origins());
    first =
        new ParkedDelivery(
            reactor,
            parked,
            parked.restore(scan),
            maxMessageBytes,
            new Parked(),
            this::start,
            parking::onFault);
    first.setPaused(paused);
  }

  private void release(long end) {
    if (!closed) {
      store.release(end);
      if (window.isEmpty() && store.isEmpty()) {
        owner.emptied(this);
      }
    }
  }

  @Override
  public void onRecord(ByteBuffer in, int at, int length) {
    if (closed) {
      return;
    }
    if (FrameAssembler.begins(in, at, length)) {
      begin();
      if (isAsideAlready(in, at)) {
        window.pass(store.end());
        return;
      }
      int kind = kind(in, at, length);
      if (kind != FrameKind.STORED) {
        skip(new ProtocolException("frame of kind " + kind));
        return;
      }
    } else if (assembler.isIdle()) {
      // This is the rest of a message that was skipped, or whose beginning has been released.
      window.pass(store.end());
      return;
    }
    try {
      if (length > store.maxRecord()) {
        throw new ProtocolException(
            "record of " + length + " bytes, at most " + store.maxRecord() + " are accepted");
      }
      assembler.onRecord(in, at, length, frames);
    } catch (RuntimeException e) {
      assembler.forget();
      skip(e);
    }
  }

  private void begin() {
    start = store.sequence();
    redelivered = store.isRedelivered();
    if (assembler.forget()) {
      log.debug("Node '" + writer + "' died in the middle of a message");
      window.pass(start);
    }
  }

  /** Returns whether a process died after it had kept a message aside and before it released it. */
  private boolean isAsideAlready(ByteBuffer in, int at) {
    if (asideAlready.isEmpty()) {
      return false;
    }
    if (!redelivered) {
      asideAlready.clear();
      return false;
    }
    int checksum = Envelope.checksum(in, at - Envelope.BYTES);
    return asideAlready.contains(new ParkedScan.Origin(start, checksum));
  }

  /** Returns the kind of the frame that a record begins. */
  private static int kind(ByteBuffer in, int at, int length) {
    int kind = length < 1 ? 0 : in.get(at) & 0xff;
    boolean pieces = kind == FrameKind.FRAGMENT_FIRST && length > FrameSender.FIRST_HEAD;
    return pieces ? in.get(at + FrameSender.FIRST_HEAD) & 0xff : kind;
  }

  /**
   * A record that is not a valid message will not be one the next time either, so it is not kept.
   */
  private void skip(RuntimeException why) {
    window.pass(store.end());
    countSkipped(start, why);
  }

  private void countSkipped(long position, RuntimeException why) {
    if (skipped++ == 0) {
      log.error(
          "The message at position "
              + position
              + " of "
              + store.file().path()
              + " is invalid and is skipped; more of these are skipped without being logged",
          why);
    }
  }

  private void onFrame(Frame frame) {
    hand(frame, start, redelivered, window.keep(start, store.end()).ticket());
  }

  /** Delivers what was kept aside. */
  private final class Parked implements ParkedDelivery.Taker {
    @Override
    public void take(Frame frame, ParkedStore.Waiting message) {
      hand(frame, message.sequence(), true, message.kept().ticket());
    }

    @Override
    public void incomplete(ParkedStore.Waiting message) {
      asideAlready.remove(message.origin());
    }
  }

  private void hand(Frame frame, long sequence, boolean again, AckWindow.Ticket done) {
    try {
      owner.stored(new StoredMessage(writer, sequence, again, done), frame);
    } catch (RuntimeException e) {
      done.run();
      countSkipped(sequence, e);
    }
  }

  void setPaused(boolean paused) {
    this.paused = paused;
    store.setPaused(paused);
    if (first != null) {
      first.setPaused(paused);
    }
  }

  /** The writer may have left a message. */
  void look() {
    store.look();
  }

  /** Checks that its files are complete and have their names; gives them up otherwise. */
  void check() throws PosixException {
    parking.check();
    Throwable damage = store.damage();
    if (damage != null) {
      onBroken(damage);
    } else if (!closed && !store.file().isCurrent()) {
      onBroken(new CorruptRingException("somebody removed a file in use"));
    }
  }

  @Override
  public void onNudge() {
    // The bell belongs to the channel between the nodes.
  }

  @Override
  public void onRoomMade() {
    owner.roomMade(writer);
  }

  @Override
  public void onBatchEnd() {
    parking.look();
  }

  @Override
  public void onBroken(Throwable cause) {
    if (!closed) {
      closed = true;
      end();
      owner.broken(this, store.detach(), cause);
    }
  }

  private void end() {
    window.close();
    if (first != null) {
      first.close();
    }
  }

  String writer() {
    return writer;
  }

  /** Returns how many frames have been skipped because they are not valid messages. */
  long skipped() {
    return skipped;
  }

  /** Removes the file when it is empty and its writer does not come back. */
  boolean removeIfPassed() throws PosixException {
    boolean over =
        !closed
            && window.isEmpty()
            && parking.isEmpty()
            && assembler.isIdle()
            && store.isEmpty()
            && store.file().isPassing();
    return over && store.file().removeUnlessShared();
  }

  /**
   * Closes it; its contents stay.
   *
   * @param onClosed called when its files are closed
   */
  void close(Runnable onClosed) {
    if (!closed) {
      closed = true;
      end();
      store.close();
    }
    parking.close(onClosed);
  }
}
