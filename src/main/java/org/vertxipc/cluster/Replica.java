package org.vertxipc.cluster;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.vertxipc.log.CommandLog;
import org.vertxipc.log.LogReader;
import org.vertxipc.machine.BadCommandException;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.Machine;
import org.vertxipc.machine.Members.Member;

/**
 * The state of the cluster as this node knows it. Whoever reads applies first what the log has, so
 * that what was completed anywhere before is seen here. Thread-safe.
 */
final class Replica {
  private static final Logger logger = LoggerFactory.getLogger(Replica.class);

  // How much of the log others may not have read yet before they are woken to do so.
  private static final int LAG_BYTES = 1 << 18;

  private final CommandLog log;
  private final Events events;
  private final Consumer<Throwable> onBroken;
  // Readers share it. A compaction does, too: nothing can change meanwhile, because it is this
  // node's turn to write.
  private final ReentrantReadWriteLock state = new ReentrantReadWriteLock();
  // Events are told one after the other, by whoever comes first.
  private final ReentrantLock delivery = new ReentrantLock();
  private Machine machine;
  private volatile Throwable broken;
  private int written;

  Replica(CommandLog log, Events events, Consumer<Throwable> onBroken) {
    this.log = log;
    this.events = events;
    this.onBroken = onBroken;
    use(new Machine(events));
  }

  private void use(Machine next) {
    machine = next;
    events.members(next.members()::names);
  }

  /** Builds what was there before, about which nobody is told. It is this node's turn to write. */
  void load() throws IOException {
    state.writeLock().lock();
    events.silent(true);
    try {
      applyNews();
    } finally {
      events.silent(false);
      events.takeForOthers();
      state.writeLock().unlock();
    }
  }

  /** Applies what others have written, and tells what came of it. */
  void catchUp() {
    if (broken == null && log.hasNews()) {
      state.writeLock().lock();
      try {
        if (broken == null) {
          applyNews();
        }
      } catch (IOException e) {
        breakDown(e);
      } finally {
        state.writeLock().unlock();
      }
    }
    deliver();
  }

  /** Applies what others have written. It is this node's turn to write. */
  void catchUpLocked() throws IOException {
    state.writeLock().lock();
    try {
      if (broken != null) {
        throw refusal();
      }
      applyNews();
    } catch (IOException e) {
      breakDown(e);
      throw e;
    } finally {
      state.writeLock().unlock();
    }
  }

  /** Reads something of the state as it is now. */
  <T> T read(Function<Machine, T> reader) {
    catchUp();
    T read = peek(reader);
    if (broken != null) {
      throw new IllegalStateException(refusal().getMessage(), broken);
    }
    return read;
  }

  /** Reads something of the state as it was when somebody last looked. */
  <T> T peek(Function<Machine, T> reader) {
    state.readLock().lock();
    try {
      return reader.apply(machine);
    } finally {
      state.readLock().unlock();
    }
  }

  /** Returns all members but one, as they were when somebody last looked. */
  List<Member> others(String self) {
    return peek(machine -> machine.members().all()).stream()
        .filter(member -> !member.node().equals(self))
        .toList();
  }

  /** Why the state can't be used any more, or null. */
  Throwable broken() {
    return broken;
  }

  /** Says that it can't be used any more. */
  void breakDown(Throwable cause) {
    boolean first;
    synchronized (this) {
      first = broken == null;
      if (first) {
        broken = cause;
      }
    }
    if (first) {
      // Who is told may want what is locked now.
      events.tell(() -> onBroken.accept(cause));
    }
  }

  private void applyNews() throws IOException {
    Applier applier = new Applier();
    log.read(applier);
    applier.end();
  }

  /**
   * Applies records. A node that slept so long that it missed a whole log begins with a snapshot,
   * and tells what is other than before.
   */
  private final class Applier implements LogReader {
    private final boolean loading = events.isSilent();
    private Machine before;

    @Override
    public void restart() {
      if (before == null) {
        before = machine;
      }
      events.silent(true);
      use(new Machine(events));
    }

    private void end() {
      events.silent(loading);
      if (before != null) {
        machine.tellChanges(before, events);
      }
    }

    @Override
    public void record(byte[] bytes) throws IOException {
      try {
        machine.apply(Command.decode(bytes));
      } catch (BadCommandException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /** What has come of writing. */
  enum Written {
    /** All is written, or has failed. */
    ALL,
    /** The same, and others are to be woken. */
    ALL_WAKE,
    /** Nothing is written, because there is no room before the log is compacted. */
    NOTHING
  }

  /** Writes a command, and applies it, if there is room. It is this node's turn to write. */
  Written writeIfRoom(Submission<?> submission) {
    return write(List.of(submission), false);
  }

  /** Writes commands and applies them, which may take long. It is this node's turn to write. */
  Written write(List<Submission<?>> batch) {
    return write(batch, true);
  }

  private Written write(List<Submission<?>> batch, boolean compact) {
    state.writeLock().lock();
    try {
      if (broken != null) {
        batch.forEach(each -> each.fail(refusal()));
        return Written.ALL;
      }
      applyNews();
      events.takeForOthers();
      for (Submission<?> each : batch) {
        if (!write(each, compact)) {
          return Written.NOTHING;
        }
      }
    } catch (IOException e) {
      breakDown(e);
      batch.forEach(each -> each.fail(refusal()));
    } finally {
      state.writeLock().unlock();
    }
    boolean lag = written > LAG_BYTES;
    if (lag) {
      written = 0;
    }
    return events.takeForOthers() || lag ? Written.ALL_WAKE : Written.ALL;
  }

  /** Returns false when the log would have to be compacted, which was not allowed. */
  private boolean write(Submission<?> submission, boolean compact) throws IOException {
    byte[] bytes;
    try {
      bytes = submission.encode(System.nanoTime());
    } catch (RuntimeException e) {
      // It is no command that anybody could read, which is nobody else's business.
      submission.fail(e);
      return true;
    }
    if (!log.append(bytes)) {
      if (!compact) {
        return false;
      }
      try {
        compact(bytes.length);
      } catch (IOException e) {
        // Nothing has changed. What comes later may be smaller, or find more room.
        submission.fail(new IOException("there is no room for a command: " + e.getMessage(), e));
        return true;
      }
      if (!log.append(bytes)) {
        throw new IOException("no room in a new log");
      }
    }
    log.commit();
    written += bytes.length;
    try {
      submission.applyTo(machine);
    } catch (RuntimeException e) {
      throw new IOException("a command that was written can't be applied", e);
    }
    return true;
  }

  @SuppressWarnings("LockNotBeforeTry") // One lock is exchanged for the other, and back.
  private void compact(int needed) throws IOException {
    // Others of this process read on meanwhile; there is no news, and nobody else may write.
    state.readLock().lock();
    state.writeLock().unlock();
    try {
      log.compact(to -> machine.snapshot(command -> to.accept(command.encode())), needed);
    } finally {
      state.readLock().unlock();
      state.writeLock().lock();
    }
  }

  private IOException refusal() {
    return new IOException("this node is out of the cluster: " + broken.getMessage(), broken);
  }

  /** Tells what has happened. Nothing is locked that who is told may want. */
  void deliver() {
    // Whoever comes while another thread tells an event waits until it has been told.
    // Who is being told and comes here is told the rest afterwards, in its order.
    if (!events.isPending() || delivery.isHeldByCurrentThread()) {
      return;
    }
    delivery.lock();
    try {
      Runnable event = events.next();
      while (event != null) {
        tell(event);
        event = events.next();
      }
    } finally {
      delivery.unlock();
    }
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      // The others are told nevertheless; whoever came here to read or write has no part in it.
      logger.error("Whoever was told what happens in the cluster has thrown an exception", e);
    }
  }

  /** Nothing is read or written any more: then the log may be closed. */
  void close(Throwable why, Runnable last) {
    state.writeLock().lock();
    try {
      if (broken == null) {
        broken = why;
      }
      last.run();
    } finally {
      state.writeLock().unlock();
    }
  }
}
