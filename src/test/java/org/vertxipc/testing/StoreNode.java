package org.vertxipc.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * A process that will be killed: it records, in a file that outlives it, each number that was
 * confirmed as stored, or that it received.
 */
public final class StoreNode extends JvmProcess {
  private static final String ADDRESS = "t.n";
  private static final int UNDER_WAY = 300;

  private StoreNode(ProcessBuilder builder) throws IOException {
    super(builder);
  }

  /** Writes numbers from the given one on, for ever. */
  public static StoreNode writer(JsonObject config, Path log, int from) throws IOException {
    return start(config, log, "writer", from);
  }

  public static StoreNode reader(JsonObject config, Path log) throws IOException {
    return start(config, log, "reader", 0);
  }

  private static StoreNode start(JsonObject config, Path log, String role, int from)
      throws IOException {
    List<String> command = java("-Xmx128m", "-Xshare:auto");
    command.addAll(
        List.of(StoreNode.class.getName(), config.encode(), log.toString(), role, "" + from));
    return new StoreNode(
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT));
  }

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions(new JsonObject(args[0])));
    OutputStream log =
        Files.newOutputStream(
            Path.of(args[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (args[2].equals("reader")) {
      vertx
          .eventBus()
          .<Integer>consumer(
              ADDRESS,
              m -> note(log, m.body() + (m.headers().contains("ipc-redelivered") ? " again" : "")));
      Await.get(bridge.start());
    } else {
      Await.get(bridge.start());
      write(bridge, log, Integer.parseInt(args[3]));
    }
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void write(IpcBridge bridge, OutputStream log, int from) throws Exception {
    IpcProducer producer = bridge.sender(ADDRESS);
    Semaphore underWay = new Semaphore(UNDER_WAY);
    for (int i = from; ; i++) {
      int number = i;
      underWay.acquire();
      producer
          .write(number)
          .onSuccess(v -> note(log, Integer.toString(number)))
          .onComplete(done -> underWay.release());
      if (number % 100 == 0) {
        // In the long run it is not faster than the disk and the other side.
        Thread.sleep(1);
      }
    }
  }

  private static synchronized void note(OutputStream log, String line) {
    try {
      // This is one system call: the line is written whole or not at all, and survives this
      // process.
      log.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
