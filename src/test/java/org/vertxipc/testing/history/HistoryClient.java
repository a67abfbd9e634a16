package org.vertxipc.testing.history;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.vertxipc.testing.Await;

/**
 * A client that does one random operation after the other on maps, counters and locks of its
 * cluster, and notes them in a {@link HistoryFile}. There are few objects, so that clients meet.
 */
public final class HistoryClient {
  private static final List<String> ENTRIES = List.of("m/a", "m/b", "n/a");
  private static final List<String> COUNTERS = List.of("c", "d");
  private static final List<String> LOCKS = List.of("k", "l");
  // It makes commands long, so that a log is full soon.
  private static final String PADDING = "-".repeat(100);
  private static final int LONGEST_WAIT_MILLIS = 20;
  // It rests after about so many operations, perhaps with a lock, so that histories stay short.
  private static final int BURST = 30;
  private static final int LONGEST_REST_MILLIS = 20;
  private static final int LONGEST_HOLD = 6;

  private final VertxInternal vertx;
  private final Context context;
  private final String name;
  private final HistoryFile file;
  private final Random random;
  // On the client's context:
  private final Map<String, AsyncMap<String, String>> maps = new HashMap<>();
  private final Map<String, Counter> counters = new HashMap<>();
  private final Map<String, String> seen = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private int values;
  private Counter fence;
  private Lock held;
  private String heldName;
  private int hold;
  private CompletableFuture<List<String>> stopping;
  private final AtomicInteger done = new AtomicInteger();

  private HistoryClient(VertxInternal vertx, Path file, long seed) throws IOException {
    this.vertx = vertx;
    this.context = vertx.createEventLoopContext();
    this.name = file.getFileName().toString();
    this.file = new HistoryFile(file);
    this.random = new Random(seed);
  }

  /** Begins, with a context of its own. The client is called as its file is. */
  public static HistoryClient start(VertxInternal vertx, Path file, long seed) throws Exception {
    HistoryClient client = new HistoryClient(vertx, file, seed);
    for (String entry : ENTRIES) {
      String map = map(entry);
      client.maps.put(map, Await.get(vertx.sharedData().getAsyncMap(map)));
    }
    for (String counter : COUNTERS) {
      client.counters.put(counter, Await.get(vertx.sharedData().getCounter(counter)));
    }
    client.fence = Await.get(vertx.sharedData().getCounter("fence of " + client.name));
    client.context.runOnContext(v -> client.step());
    return client;
  }

  /** The locks, as they are called in a history. */
  static List<String> locks() {
    return LOCKS.stream().map(HistoryClient::lock).toList();
  }

  private static String lock(String name) {
    return "lock/" + name;
  }

  private static String map(String entry) {
    return entry.substring(0, entry.indexOf('/'));
  }

  private static String key(String entry) {
    return entry.substring(entry.indexOf('/') + 1);
  }

  private void step() {
    if (stopping != null) {
      finish();
      return;
    }
    next()
        .onComplete(
            outcome -> {
              if (outcome.failed()) {
                failures.add(name + ": " + outcome.cause());
              } else {
                done.incrementAndGet();
              }
              again();
            });
  }

  private void again() {
    if (random.nextInt(BURST) == 0) {
      vertx.setTimer(1 + random.nextInt(LONGEST_REST_MILLIS), id -> step());
    } else {
      context.runOnContext(v -> step());
    }
  }

  private Future<?> next() {
    if (held != null && --hold == 0) {
      return release();
    }
    int kind = random.nextInt(20);
    if (kind < 4) {
      return held == null ? acquire(pick(LOCKS)) : read(pick(ENTRIES));
    }
    return kind < 8 ? count(pick(COUNTERS)) : change(pick(ENTRIES));
  }

  private String pick(List<String> objects) {
    return objects.get(random.nextInt(objects.size()));
  }

  private Future<String> note(
      String object, String call, List<String> arguments, Supplier<Future<String>> what) {
    try {
      file.invoked(object, call, arguments);
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
    return what.get()
        .onSuccess(
            result -> {
              try {
                file.returned(result);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  // Entries.

  private Future<String> change(String entry) {
    AsyncMap<String, String> map = maps.get(map(entry));
    String key = key(entry);
    String value = name + "." + ++values;
    String last = seen.getOrDefault(entry, value);
    return switch (random.nextInt(8)) {
      case 0, 1 ->
          noteEntry(
              entry,
              "put",
              List.of(value),
              () -> map.put(key, value + PADDING).map(v -> Model.YES));
      case 2 -> noteEntry(entry, "remove", List.of(), () -> map.remove(key).map(this::found));
      case 3 ->
          noteEntry(
              entry,
              "putIfAbsent",
              List.of(value),
              () -> map.putIfAbsent(key, value + PADDING).map(this::found));
      case 4 ->
          noteEntry(
              entry,
              "replace",
              List.of(value),
              () -> map.replace(key, value + PADDING).map(this::found));
      case 5 ->
          noteEntry(
              entry,
              "replaceIfPresent",
              List.of(last, value),
              () -> map.replaceIfPresent(key, last + PADDING, value + PADDING).map(this::yes));
      case 6 ->
          noteEntry(
              entry,
              "removeIfPresent",
              List.of(last),
              () -> map.removeIfPresent(key, last + PADDING).map(this::yes));
      default -> read(entry);
    };
  }

  private Future<String> read(String entry) {
    AsyncMap<String, String> map = maps.get(map(entry));
    return noteEntry(entry, "get", List.of(), () -> map.get(key(entry)).map(this::found));
  }

  private Future<String> noteEntry(
      String entry, String call, List<String> arguments, Supplier<Future<String>> what) {
    return note("entry/" + entry, call, arguments, what)
        .onSuccess(result -> learn(entry, call, arguments, result));
  }

  /** Remembers the last value that it knows of, so that it finds what it expects now and then. */
  private void learn(String entry, String call, List<String> arguments, String result) {
    boolean absent = result.equals(EntryModel.ABSENT);
    boolean written =
        switch (call) {
          case "put" -> true;
          case "putIfAbsent" -> absent;
          case "replace" -> !absent;
          case "replaceIfPresent" -> result.equals(Model.YES);
          default -> false;
        };
    if (written) {
      seen.put(entry, arguments.get(arguments.size() - 1));
    } else if (!absent && (call.equals("get") || call.equals("putIfAbsent"))) {
      seen.put(entry, result);
    }
  }

  private String found(String value) {
    if (value == null) {
      return EntryModel.ABSENT;
    }
    // What is torn is no value that anybody has put.
    return value.endsWith(PADDING)
        ? value.substring(0, value.length() - PADDING.length())
        : "torn:" + value;
  }

  private String yes(boolean done) {
    return done ? Model.YES : Model.NO;
  }

  // Counters.

  private Future<String> count(String name) {
    Counter counter = counters.get(name);
    switch (random.nextInt(4)) {
      case 0 -> {
        return noteCounter(name, "incrementAndGet", List.of(), counter::incrementAndGet);
      }
      case 1 -> {
        long number = random.nextInt(7) - 3L;
        return noteCounter(
            name, "addAndGet", List.of(Long.toString(number)), () -> counter.addAndGet(number));
      }
      case 2 -> {
        long last = Long.parseLong(seen.getOrDefault(name, "0"));
        long next = last + random.nextInt(3) - 1;
        return note(
            "counter/" + name,
            "compareAndSet",
            List.of(Long.toString(last), Long.toString(next)),
            () -> counter.compareAndSet(last, next).map(this::yes));
      }
      default -> {
        return readCounter(name);
      }
    }
  }

  private Future<String> readCounter(String name) {
    return noteCounter(name, "get", List.of(), counters.get(name)::get);
  }

  private Future<String> noteCounter(
      String name, String call, List<String> arguments, Supplier<Future<Long>> what) {
    return note(
        "counter/" + name,
        call,
        arguments,
        () ->
            what.get()
                .map(
                    count -> {
                      seen.put(name, Long.toString(count));
                      return Long.toString(count);
                    }));
  }

  // Locks.

  private Future<String> acquire(String lock) {
    int millis = 1 + random.nextInt(LONGEST_WAIT_MILLIS);
    return note(lock(lock), "acquire", List.of(), () -> acquire(lock, millis));
  }

  private Future<String> acquire(String lock, int millis) {
    return vertx
        .sharedData()
        .getLockWithTimeout(lock, millis)
        .map(
            got -> {
              held = got;
              heldName = lock;
              hold = 1 + random.nextInt(LONGEST_HOLD);
              return Model.YES;
            })
        .recover(
            why ->
                String.valueOf(why.getMessage()).startsWith("Timed out waiting to get lock")
                    ? Future.succeededFuture(LockModel.TIMED_OUT)
                    : Future.failedFuture(why));
  }

  /**
   * Nobody is told when a lock is free, but the commands of one thread take effect in their order:
   * so it is when a command after it has returned.
   */
  private Future<String> release() {
    Lock lock = held;
    held = null;
    return note(
        lock(heldName),
        "release",
        List.of(),
        () -> {
          lock.release();
          return fence.incrementAndGet().map(v -> Model.YES);
        });
  }

  // The end.

  /** How many operations have returned. */
  public int done() {
    return done.get();
  }

  /**
   * Ends, when the operation that is under way has returned, and everything was read once more;
   * returns what has failed.
   */
  public List<String> stop() throws Exception {
    CompletableFuture<List<String>> all = new CompletableFuture<>();
    context.runOnContext(v -> stopping = all);
    return all.get();
  }

  private void finish() {
    Future<?> last = held == null ? Future.succeededFuture() : release();
    for (String entry : ENTRIES) {
      last = last.compose(v -> read(entry));
    }
    for (String counter : COUNTERS) {
      last = last.compose(v -> readCounter(counter));
    }
    last.onComplete(
        outcome -> {
          if (outcome.failed()) {
            failures.add(name + ": " + outcome.cause());
          }
          stopping.complete(failures);
        });
  }
}
