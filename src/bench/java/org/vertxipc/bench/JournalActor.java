package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Appends messages of 256 bytes to a log in a file, or reads all of them: those that another
 * process has appended. Opening is part of both.
 */
final class JournalActor implements Actor {
  static final int BYTES = 256;
  // A store of 64 MiB holds this many.
  private static final int MESSAGES = 200_000;

  private final Log log;
  private final Path directory;
  private int number;

  /** A kind of log. */
  interface Log {
    /** Makes a log in an empty directory, and appends that many; it stays open. */
    void append(Path directory, int count) throws Exception;

    /** Closes what was appended to. */
    void close() throws Exception;

    /** Opens a log, and reads that many from the start. */
    void replay(Path directory, int count) throws Exception;
  }

  JournalActor(JsonObject config) throws Exception {
    this.directory = Path.of(config.getString("directory"));
    String kind = config.getString("contender");
    this.log =
        switch (kind) {
          case "journal" -> new JournalLog();
          case "store" -> new StoreLog();
          case "chronicle-queue" -> new ChronicleLog();
          default -> throw new IllegalArgumentException("No log '" + kind + "'");
        };
  }

  @Override
  public JsonObject handle(JsonObject command) {
    try {
      return switch (command.getString("what")) {
        case "append" -> append();
        case "replay" -> replay(Path.of(command.getString("log")));
        case "remove" -> remove();
        default -> throw new IllegalArgumentException(command.encode());
      };
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Path path() {
    return directory.resolve("log-" + number);
  }

  private JsonObject append() throws Exception {
    number++;
    Files.createDirectory(path());
    long start = System.nanoTime();
    log.append(path(), MESSAGES);
    return rate(System.nanoTime() - start).put("log", path().toString());
  }

  private JsonObject replay(Path of) throws Exception {
    long start = System.nanoTime();
    log.replay(of, MESSAGES);
    return rate(System.nanoTime() - start);
  }

  private JsonObject remove() throws Exception {
    log.close();
    delete(path());
    return new JsonObject();
  }

  private static JsonObject rate(long nanos) {
    return new JsonObject().put("rate", MESSAGES * 1e9 / nanos).put("messages", MESSAGES);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
