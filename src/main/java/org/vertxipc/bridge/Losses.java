package org.vertxipc.bridge;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Counts the messages that did not arrive by reason, and logs them at most once a second for each
 * address and reason, with how many there were since.
 *
 * <p>May be used on any thread. Counting allocates nothing, except for the first message of an
 * address and reason and for those that are logged. At most {@value #MAX_KEYS} pairs of address and
 * reason are kept apart at a time; further ones, and very long addresses, are logged together. A
 * pair without a loss for a minute makes room for others.
 */
public final class Losses implements AutoCloseable {
  /** How many pairs of an address and a reason are kept apart. */
  static final int MAX_KEYS = 256;

  /** The longest address, in characters, that is kept apart from others. */
  static final int MAX_ADDRESS = 1_024;

  private static final Logger log = LoggerFactory.getLogger(Losses.class);
  private static final int MAX_SHOWN = 256;

  private final LongSupplier nanos;
  private final Sink sink;
  private final Map<Loss, OfReason> reasons = new EnumMap<>(Loss.class);
  private final AtomicInteger keys = new AtomicInteger();

  /** Where log lines go. */
  interface Sink {
    void say(Loss reason, String line, Throwable cause);
  }

  private static final class OfReason {
    final LongAdder count = new LongAdder();
    final Map<String, LossLog> known = new ConcurrentHashMap<>();
    final LossLog others = new LossLog();
  }

  /**
   * Creates an empty count.
   *
   * @param errors is told what is logged, except for what is no error
   */
  Losses(Consumer<String> errors) {
    this(
        System::nanoTime,
        (reason, line, cause) -> {
          if (reason == Loss.DUPLICATE) {
            log.debug(line, cause);
          } else {
            errors.accept(line);
            log.warn(line, cause);
          }
        });
  }

  Losses(LongSupplier nanos, Sink sink) {
    this.nanos = nanos;
    this.sink = sink;
    for (Loss reason : Loss.values()) {
      reasons.put(reason, new OfReason());
    }
  }

  /**
   * Counts a message.
   *
   * @param reason why it did not arrive
   * @param address where it was to go
   * @param detail what is known beyond the reason, as the rest of a sentence; evaluated only when
   *     it is logged, on this thread. May be null
   */
  public void add(Loss reason, String address, Supplier<String> detail) {
    add(reason, address, null, detail, null);
  }

  /**
   * Counts a message.
   *
   * @param reason why it did not arrive
   * @param address where it was to go
   * @param node the peer that sent it or should have received it; null when it is not known
   * @param detail what is known beyond the reason, as the rest of a sentence; evaluated only when
   *     it is logged, on this thread. May be null
   * @param cause written with its stack trace the first time; may be null
   */
  public void add(
      Loss reason, String address, String node, Supplier<String> detail, Throwable cause) {
    OfReason all = reasons.get(reason);
    all.count.increment();
    long now = nanos.getAsLong();
    while (true) {
      LossLog entry = entry(all, address);
      LossLog.Turn turn = entry.count(now);
      if (turn == LossLog.Turn.SAY) {
        String more = detail == null ? reason.text() : detail.get();
        say(reason, address, entry == all.others, entry.take(now, node, more), cause);
      }
      if (turn != LossLog.Turn.RETIRED) {
        return;
      }
      retire(all, address, entry);
    }
  }

  private LossLog entry(OfReason all, String address) {
    LossLog entry = all.known.get(address);
    if (entry == null && address.length() <= MAX_ADDRESS) {
      entry = all.known.computeIfAbsent(address, a -> reserve() ? new LossLog() : null);
    }
    return entry == null ? all.others : entry;
  }

  private boolean reserve() {
    if (keys.incrementAndGet() <= MAX_KEYS) {
      return true;
    }
    keys.decrementAndGet();
    return false;
  }

  private void retire(OfReason all, String address, LossLog entry) {
    if (all.known.remove(address, entry)) {
      keys.decrementAndGet();
    }
  }

  /**
   * Returns how many messages did not arrive.
   *
   * @param reason why
   * @return as of a moment ago
   */
  public long count(Loss reason) {
    return reasons.get(reason).count.sum();
  }

  /** Logs what was counted in past seconds. The owner calls this once a second. */
  public void tick() {
    long now = nanos.getAsLong();
    reasons.forEach(
        (reason, all) -> {
          all.known.forEach(
              (address, entry) -> {
                if (entry.isDue(now)) {
                  say(reason, address, false, entry.takeLate(now), null);
                } else if (entry.retire(now)) {
                  retire(all, address, entry);
                }
              });
          if (all.others.isDue(now)) {
            say(reason, null, true, all.others.takeLate(now), null);
          }
        });
  }

  /**
   * Logs everything that was counted and not logged yet. Later losses are counted and logged as
   * before.
   */
  @Override
  public void close() {
    long now = nanos.getAsLong();
    reasons.forEach(
        (reason, all) -> {
          all.known.forEach(
              (address, entry) -> say(reason, address, false, entry.takeLate(now), null));
          say(reason, null, true, all.others.takeLate(now), null);
        });
  }

  private void say(
      Loss reason, String address, boolean andOthers, LossLog.Report report, Throwable cause) {
    if (report == null) {
      return; // Another thread was faster.
    }
    StringBuilder line = new StringBuilder(200);
    long count = report.count();
    line.append(report.first() && count == 1 ? "A" : Long.toString(count));
    line.append(report.first() ? " message" : " more message");
    line.append(count == 1 ? " to " : "s to ");
    if (address != null) {
      line.append('\'').append(shown(address)).append('\'');
    }
    if (andOthers) {
      line.append(address == null ? "various addresses" : " and others");
    }
    line.append(" did not arrive");
    if (!report.first()) {
      line.append(" within ").append(report.seconds()).append(" s");
    }
    line.append(" (").append(reason);
    if (report.node() != null) {
      line.append(", node '").append(shown(report.node())).append('\'');
    }
    String detail = report.detail() == null ? reason.text() : report.detail();
    line.append("): ").append(detail).append(". ").append(reason.advice()).append('.');
    sink.say(reason, line.toString(), report.first() ? cause : null);
  }

  // A name that a peer chose must neither fill the log nor start a new line in it.
  private static String shown(String name) {
    StringBuilder text = new StringBuilder(Math.min(name.length(), MAX_SHOWN));
    name.codePoints()
        .limit(MAX_SHOWN)
        .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return name.length() > MAX_SHOWN ? text + ".." : text.toString();
  }
}
