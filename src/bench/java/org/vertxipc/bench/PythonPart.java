package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.Processes;

/**
 * A client in Python and a server in Java: our package over FIFOs and rings, and a client of
 * vertx-tcp-eventbus-bridge over TCP, which is what Python has otherwise. All use asyncio, and send
 * the same JSON.
 */
final class PythonPart {
  /** The kinds of clients; each name is that of the contender that serves it. */
  private static final List<String> KINDS = List.of("fifo", "shm-park", "tcp-bridge");

  private static final List<String> WORKS = List.of("send", "request/1", "request/64");

  /** The names of the contenders in the figures. */
  static final List<String> NAMES = KINDS.stream().map(PythonPart::name).toList();

  private final Figures figures;
  private final Path scratch;
  private final int rounds;
  private final int millis;
  private final int warmUp;

  PythonPart(Figures figures, Path scratch, int rounds, int millis, int warmUp) {
    this.figures = figures;
    this.scratch = scratch;
    this.rounds = rounds;
    this.millis = millis;
    this.warmUp = warmUp;
  }

  /** Measures nothing on a machine without Python. */
  void measure() throws IOException, InterruptedException {
    if (!Processes.runs("python3", "--version")) {
      Bench.say("python is left out: there is no python3");
      return;
    }
    List<Both> all = new ArrayList<>();
    try {
      for (String kind : KINDS) {
        Bench.say("start python, " + kind);
        all.add(new Both(kind, scratch.resolve("python-" + kind)));
        for (String work : WORKS) {
          all.get(all.size() - 1).run(work, warmUp);
        }
      }
      for (int round = 1; round <= rounds; round++) {
        Bench.say("python, round " + round + " of " + rounds);
        for (Both both : all) {
          for (String work : WORKS) {
            figures.add(name(both.kind), work, both.run(work, millis));
          }
        }
      }
    } finally {
      for (Both both : all) {
        both.close();
      }
    }
  }

  private static String name(String kind) {
    return "python-" + kind;
  }

  /** The targets of this part, with the results of one run. */
  static List<Target> targets(Figures f) {
    double send =
        Math.max(f.median("python-fifo/send/rate"), f.median("python-shm-park/send/rate"));
    double p50 =
        Math.min(f.median("python-fifo/request/1/p50"), f.median("python-shm-park/request/1/p50"));
    return List.of(
        Target.atLeast(
            "python-send",
            "`send` of a dict of five fields from Python ÷ a Python client of"
                + " vertx-tcp-eventbus-bridge over TCP",
            send / f.median("python-tcp-bridge/send/rate"),
            3),
        Target.atMost(
            "python-rtt",
            "`request` p50 from Python ÷ the same",
            p50 / f.median("python-tcp-bridge/request/1/p50"),
            0.5));
  }

  /** A server in Java, and a client in Python, which runs only while it is measured. */
  private static final class Both implements AutoCloseable {
    private final String kind;
    private final Child server;
    private final Client client;

    Both(String kind, Path directory) throws IOException, InterruptedException {
      this.kind = kind;
      Files.createDirectories(directory);
      this.server =
          Child.start(
              new JsonObject()
                  .put("actor", "bus")
                  .put("contender", kind)
                  .put("role", "server")
                  .put("directory", directory.toString()));
      this.client = new Client(kind, directory);
      client.expect("up");
      setRunning(false);
    }

    private void setRunning(boolean running) throws IOException, InterruptedException {
      server.setRunning(running);
      client.signal(running ? "CONT" : "STOP");
    }

    JsonObject run(String work, int millis) throws IOException, InterruptedException {
      setRunning(true);
      client.tell(new JsonObject().put("work", work).put("millis", millis).encode());
      JsonObject found = new JsonObject(client.answer());
      setRunning(false);
      return found;
    }

    @Override
    public void close() throws InterruptedException {
      try {
        client.signal("CONT");
        client.close();
      } catch (IOException e) {
        System.err.println("bench: " + e.getMessage());
        client.kill();
      }
      server.close();
    }
  }

  /** The process of {@code client.py}. */
  private static final class Client extends JvmProcess {
    Client(String kind, Path directory) throws IOException {
      super(
          new ProcessBuilder("python3", "src/bench/python/client.py", kind, directory.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    String answer() throws IOException {
      return line();
    }
  }
}
