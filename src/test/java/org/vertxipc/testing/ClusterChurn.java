package org.vertxipc.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A member of a cluster that changes a map and a counter, takes locks, and has consumers that come
 * and go, and notes in a file what it has tried and what was acknowledged. The file outlives it.
 */
final class ClusterChurn {
  static final int KEYS = 1000;
  private static final int WINDOW = 32;
  private static final int TRIED = 0;
  private static final int DONE = 4;
  private static final int ENTRIES = 64;
  private static final int ENTRY = 8;
  private static final String PADDING = "-".repeat(100);

  private final Vertx vertx;
  private final Context context;
  private final MappedByteBuffer notes;
  private final String name;
  private final AsyncMap<String, String> map;
  private final Counter counter;
  private final long pauseMillis;
  private final List<String> failures = new ArrayList<>();
  private CompletableFuture<List<String>> stopping;
  private int under;
  private int next;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();

  /**
   * Begins. All names begin with {@code name}; there is a pause after each step, unless it is 0.
   */
  static ClusterChurn start(Vertx vertx, String name, Path file, long pauseMillis)
      throws Exception {
    ClusterChurn churn =
        new ClusterChurn(
            vertx,
            name,
            file,
            Await.get(vertx.sharedData().<String, String>getAsyncMap(name)),
            Await.get(vertx.sharedData().getCounter(name)),
            pauseMillis);
    churn.context.runOnContext(
        v -> {
          int many = pauseMillis == 0 ? WINDOW : 1;
          for (int i = 0; i < many; i++) {
            churn.step();
          }
        });
    return churn;
  }

  private ClusterChurn(
      Vertx vertx,
      String name,
      Path file,
      AsyncMap<String, String> map,
      Counter counter,
      long pauseMillis)
      throws IOException {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.name = name;
    this.notes = map(file);
    this.map = map;
    this.counter = counter;
    this.pauseMillis = pauseMillis;
  }

  private static MappedByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, ENTRIES + ENTRY * KEYS);
    }
  }

  private void step() {
    if (stopping != null) {
      finish();
      return;
    }
    int number = ++next;
    under++;
    Future<?> what =
        switch (number % 16) {
          case 3, 7 -> increment();
          case 5 -> lock();
          case 11 -> consume(number);
          default -> put(number);
        };
    what.onComplete(
        outcome -> {
          under--;
          if (outcome.failed()) {
            failures.add(outcome.cause().toString());
          } else {
            done.incrementAndGet();
          }
          again();
        });
  }

  private void again() {
    if (pauseMillis == 0 || stopping != null) {
      context.runOnContext(v -> step());
    } else {
      vertx.setTimer(pauseMillis, id -> step());
    }
  }

  private Future<?> put(int number) {
    int at = ENTRIES + ENTRY * (number % KEYS);
    notes.putInt(at + TRIED, number);
    long start = System.nanoTime();
    return map.put("k" + number % KEYS, number + PADDING)
        .onSuccess(
            v -> {
              notes.putInt(at + DONE, number);
              slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
            });
  }

  private Future<?> increment() {
    notes.putInt(TRIED, notes.getInt(TRIED) + 1);
    return counter.incrementAndGet().onSuccess(v -> notes.putInt(DONE, notes.getInt(DONE) + 1));
  }

  private Future<?> lock() {
    return vertx
        .sharedData()
        .getLockWithTimeout("busy", 60_000)
        .map(
            lock -> {
              lock.release();
              return null;
            });
  }

  private Future<?> consume(int number) {
    MessageConsumer<Object> consumer =
        vertx.eventBus().consumer(name + "." + number, message -> message.reply(number));
    return consumer.completion().compose(v -> consumer.unregister());
  }

  /** How many steps were acknowledged. */
  int done() {
    return done.get();
  }

  /** How many nanoseconds an entry took, at the most, since this was asked before. */
  long slowest() {
    return slowest.getAndSet(0);
  }

  /** Ends, when all that was begun is acknowledged; returns what has failed. */
  List<String> stop() throws Exception {
    CompletableFuture<List<String>> all = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          stopping = all;
          finish();
        });
    return all.get();
  }

  private void finish() {
    if (under == 0) {
      stopping.complete(failures);
    }
  }

  /**
   * Compares what is there with the notes of a member, which may be dead; returns what is wrong.
   */
  static List<String> check(Vertx vertx, String name, Path file) throws Exception {
    MappedByteBuffer notes = map(file);
    AsyncMap<String, String> map = Await.get(vertx.sharedData().getAsyncMap(name));
    List<String> wrong = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      String found = Await.get(map.get("k" + key));
      int number = found == null ? 0 : Integer.parseInt(found.substring(0, found.indexOf('-')));
      int at = ENTRIES + ENTRY * key;
      requireBetween("k" + key, number, notes, at, wrong);
    }
    long count = Await.get(Await.get(vertx.sharedData().getCounter(name)).get());
    requireBetween("counter", count, notes, 0, wrong);
    return wrong;
  }

  private static void requireBetween(
      String what, long found, MappedByteBuffer notes, int at, List<String> wrong) {
    int done = notes.getInt(at + DONE);
    int tried = notes.getInt(at + TRIED);
    if (found < done || found > tried) {
      wrong.add(what + " is " + found + ", " + done + " was acknowledged, " + tried + " tried");
    }
  }
}
