package org.vertxipc.counters;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * The numbers that a node shows: those that count, and levels, which stand at what is there now.
 * They come and go with what they are of. Thread-safe.
 */
public final class CounterSet {
  private static final String LAST_ERROR = "last.error";
  private static final String TEXT = "text";
  private static final int MAX_TEXT = 500;

  private final List<Shown> all = new CopyOnWriteArrayList<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private Shown error;
  private long version;

  /** Is told which numbers are shown. It must not take long, and must not change the set. */
  public interface Watcher {
    /**
     * A number is shown.
     *
     * @param number shown until it is removed
     */
    void added(Shown number);

    /**
     * A number is shown no longer.
     *
     * @param number as it was added
     */
    void removed(Shown number);
  }

  /** Creates an empty set. */
  public CounterSet() {}

  /**
   * Shows a new counter.
   *
   * @param owner what it is removed with
   * @param name what is counted
   * @param tags what it is counted of
   * @return the counter
   */
  public Counter counter(Object owner, String name, Map<String, String> tags) {
    Counter counter = new Counter();
    count(owner, name, tags, counter::sum);
    return counter;
  }

  /**
   * Shows how high something has been.
   *
   * @param owner what it is removed with
   * @param name what it is
   * @param tags what it is of
   * @return is told of each height
   */
  public Counter highest(Object owner, String name, Map<String, String> tags) {
    Counter counter = new Counter();
    level(owner, name, tags, counter::sum);
    return counter;
  }

  /**
   * Shows a number that counts elsewhere.
   *
   * @param owner what it is removed with
   * @param name what is counted
   * @param tags what it is counted of
   * @param value called on any thread
   */
  public void count(Object owner, String name, Map<String, String> tags, LongSupplier value) {
    add(new Shown(owner, name, tags, false, value));
  }

  /**
   * Shows a number that rises and falls.
   *
   * @param owner what it is removed with
   * @param name what it is
   * @param tags what it is of
   * @param value called on any thread; it may be a moment old
   */
  public void level(Object owner, String name, Map<String, String> tags, LongSupplier value) {
    add(new Shown(owner, name, tags, true, value));
  }

  /**
   * Notes an error: {@code last.error} says when the last one was, in milliseconds since the epoch,
   * and its tag {@code text} what it was.
   *
   * @param text for people
   */
  public void note(String text) {
    long now = System.currentTimeMillis();
    synchronized (this) {
      Shown before = error;
      error = new Shown(this, LAST_ERROR, Map.of(TEXT, shortened(text)), true, () -> now);
      if (before != null) {
        removed(List.of(before));
      }
      add(error);
    }
  }

  private synchronized void add(Shown number) {
    all.add(number);
    version++;
    watchers.forEach(watcher -> watcher.added(number));
  }

  /**
   * Shows the numbers of something no longer.
   *
   * @param owner as it was given
   */
  public synchronized void remove(Object owner) {
    List<Shown> gone = all.stream().filter(number -> number.isOf(owner)).toList();
    if (!gone.isEmpty()) {
      removed(gone);
    }
  }

  private void removed(List<Shown> gone) {
    all.removeAll(gone);
    version++;
    watchers.forEach(watcher -> gone.forEach(watcher::removed));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "..";
  }

  /**
   * Tells somebody which numbers there are, and which come and go from now on.
   *
   * @param watcher called by whoever changes the set, on its thread
   */
  public synchronized void watch(Watcher watcher) {
    watchers.add(watcher);
    all.forEach(watcher::added);
  }

  /**
   * Tells somebody nothing more: for him, all numbers are removed.
   *
   * @param watcher as it was given
   */
  public synchronized void unwatch(Watcher watcher) {
    if (watchers.remove(watcher)) {
      all.forEach(watcher::removed);
    }
  }

  /**
   * Returns all numbers.
   *
   * @return in the order in which they were added
   */
  public List<Shown> all() {
    return List.copyOf(all);
  }

  /**
   * Returns all numbers, and which state of the set they are.
   *
   * @return as of now
   */
  public synchronized Snapshot snapshot() {
    return new Snapshot(version, List.copyOf(all));
  }

  /**
   * Returns a number that changes when numbers are added or removed.
   *
   * @return counts up from 0
   */
  public synchronized long version() {
    return version;
  }

  /**
   * The numbers that were there at some time.
   *
   * @param version of the set
   * @param numbers in the order in which they were added
   */
  public record Snapshot(long version, List<Shown> numbers) {}
}
