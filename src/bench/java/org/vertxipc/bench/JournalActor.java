package org.vertxipc.bench;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Appends messages of 256 bytes to a log in a file, and reads all of them again. */
final class JournalActor implements Actor {
  static final int BYTES = 256;
  // A store of 64 MiB holds this many.
  private static final int MESSAGES = 200_000;

  private final String kind;
  private final Path directory;
  private Log log;
  private int number;

  /** A log that is appended to, and then read. */
  interface Log {
    void append(int count) throws Exception;

    /** Reads that many from the start; the future succeeds when they are read. */
    Future<Void> replay(int count) throws Exception;

    void close() throws Exception;
  }

  JournalActor(JsonObject config) {
    this.kind = config.getString("contender");
    this.directory = Path.of(config.getString("directory"));
  }

  private Log open() throws Exception {
    Path fresh = Files.createDirectory(directory.resolve("log-" + number++));
    return switch (kind) {
      case "journal" -> new JournalLog(fresh);
      case "store" -> new StoreLog(fresh);
      case "chronicle-queue" -> new ChronicleLog(fresh);
      default -> throw new IllegalArgumentException("No log '" + kind + "'");
    };
  }

  @Override
  public JsonObject handle(JsonObject command) {
    try {
      boolean append = command.getString("what").equals("append");
      if (append) {
        log = open();
      }
      long start = System.nanoTime();
      if (append) {
        log.append(MESSAGES);
      } else {
        log.replay(MESSAGES).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
      }
      long nanos = System.nanoTime() - start;
      if (!append) {
        log.close();
        delete(directory.resolve("log-" + (number - 1)));
      }
      return new JsonObject().put("rate", MESSAGES * 1e9 / nanos).put("messages", MESSAGES);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
