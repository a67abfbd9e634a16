package org.vertxipc.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.vertxipc.posix.Access;

/** One of those who use a log: its state is the list of what was written. */
final class LogUser implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  final CommandLog log;
  private final List<String> state = new ArrayList<>();
  private int restarts;

  private LogUser(CommandLog log) {
    this.log = log;
  }

  /** Opens a log, which is begun when nobody else lives, and takes a slot. */
  static LogUser join(Path directory, int roomBytes, int slot) throws IOException {
    LogUser user = new LogUser(CommandLog.open(Access.OWNER, directory, roomBytes));
    try {
      user.lock();
      if (user.log.isAnyClaimed()) {
        user.log.requireFormat();
      } else {
        user.log.begin();
      }
      user.log.claim(slot);
      user.log.unlock();
      return user;
    } catch (IOException | RuntimeException | Error e) {
      user.log.close();
      throw e;
    }
  }

  /** Waits for the lock. */
  void lock() throws IOException {
    long start = System.nanoTime();
    while (!log.tryLock()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("somebody keeps the lock");
      }
      LockSupport.parkNanos(1_000);
    }
  }

  private final class Reading implements LogReader {
    @Override
    public void restart() {
      state.clear();
      restarts++;
    }

    @Override
    public void record(byte[] bytes) {
      state.add(new String(bytes, UTF_8));
    }
  }

  /** Reads what is new, and returns everything. */
  List<String> read() throws IOException {
    log.read(new Reading());
    return state;
  }

  int restarts() {
    return restarts;
  }

  /** Writes a record as a node does. */
  void write(String record) throws IOException {
    lock();
    try {
      read();
      byte[] bytes = record.getBytes(UTF_8);
      if (!log.append(bytes)) {
        log.compact(this::snapshot, bytes.length);
        if (!log.append(bytes)) {
          throw new AssertionError("no room in a new log");
        }
      }
      log.commit();
      state.add(record);
    } finally {
      log.unlock();
    }
  }

  void compact() throws IOException {
    lock();
    try {
      read();
      log.compact(this::snapshot, 0);
    } finally {
      log.unlock();
    }
  }

  private void snapshot(Consumer<byte[]> to) {
    state.forEach(each -> to.accept(each.getBytes(UTF_8)));
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
