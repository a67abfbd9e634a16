package org.vertxipc.bench;

import io.aeron.Aeron;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.HdrHistogram.Histogram;
import org.vertxipc.ring.RingLayout;

/**
 * Measures bytes alone, between two processes that both spin: the client writes, and the server
 * answers messages whose tag is not 0.
 */
final class BytesActor implements Actor {
  private static final int CAPACITY = 1 << 20;
  private static final int CHUNK = 1000;

  private final ByteLink out;
  private final ByteLink in;
  private long answered;

  BytesActor(JsonObject config) throws IOException {
    Path directory = Path.of(config.getString("directory"));
    String kind = config.getString("contender");
    boolean client = config.getString("role").equals("client");
    if (kind.equals("aeron")) {
      // The server starts first, because it has the driver.
      Aeron aeron = AeronLink.connect(directory, !client);
      out = new AeronLink(aeron, client ? 1 : 2, true);
      in = new AeronLink(aeron, client ? 2 : 1, false);
    } else {
      out = link(kind, directory.resolve(client ? "to-server" : "to-client"), true);
      in = link(kind, directory.resolve(client ? "to-client" : "to-server"), false);
    }
    if (!client) {
      Thread server = new Thread(this::serve, "server");
      server.setDaemon(true);
      server.start();
    }
  }

  private static ByteLink link(String kind, Path file, boolean produces) throws IOException {
    boolean ours = kind.startsWith("ring");
    ByteBuffer buffer =
        map(file, ours ? RingLayout.size(CAPACITY) : AgronaLink.size(CAPACITY), ours);
    return switch (kind) {
      case "ring" -> new RingLink(buffer, produces, 32);
      case "ring-publish-each" -> new RingLink(buffer, produces, 1);
      case "agrona-one" -> new AgronaLink(buffer, false);
      case "agrona-many" -> new AgronaLink(buffer, true);
      default -> throw new IllegalArgumentException("No link '" + kind + "'");
    };
  }

  private static ByteBuffer map(Path file, int size, boolean ours) throws IOException {
    boolean fresh = Files.notExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, size).order(ByteOrder.nativeOrder());
      if (fresh && ours) {
        RingLayout.initialize(buffer, CAPACITY);
      }
      return buffer;
    }
  }

  private void serve() {
    ByteLink.TagHandler answer =
        tag -> {
          if (tag != 0) {
            write(tag);
            out.flush();
          }
        };
    while (!Thread.currentThread().isInterrupted()) {
      if (in.poll(answer) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private void write(long tag) {
    while (!out.write(tag)) {
      Thread.onSpinWait();
    }
  }

  @Override
  public JsonObject handle(JsonObject command) {
    long nanos = command.getLong("millis") * 1_000_000;
    return command.getString("what").equals("throughput") ? throughput(nanos) : roundTrip(nanos);
  }

  private JsonObject throughput(long nanos) {
    long start = System.nanoTime();
    long sent = 0;
    do {
      for (int i = 0; i < CHUNK; i++) {
        write(0);
      }
      sent += CHUNK;
    } while (System.nanoTime() - start < nanos);
    ask(sent);
    return new JsonObject()
        .put("rate", sent * 1e9 / (System.nanoTime() - start))
        .put("messages", sent);
  }

  private JsonObject roundTrip(long nanos) {
    Histogram histogram = new Histogram(60_000_000_000L, 3);
    long start = System.nanoTime();
    long before = start;
    long tag = 1;
    while (before - start < nanos / 2) {
      ask(tag++);
      long now = System.nanoTime();
      histogram.recordValue(now - before);
      before = now;
    }
    // The mean is measured as in the C program, without reading a clock for each message.
    long untimed = 0;
    long from = System.nanoTime();
    do {
      for (int i = 0; i < CHUNK; i++) {
        ask(tag++);
      }
      untimed += CHUNK;
    } while (System.nanoTime() - from < nanos / 2);
    double mean = (double) (System.nanoTime() - from) / untimed;
    return Requests.latencies(histogram).put("mean", mean);
  }

  private void ask(long tag) {
    write(tag);
    out.flush();
    ByteLink.TagHandler handler = got -> answered = got;
    while (answered != tag) {
      if (in.poll(handler) == 0) {
        Thread.onSpinWait();
      }
    }
    answered = 0;
  }
}
