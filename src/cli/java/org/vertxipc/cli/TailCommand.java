package org.vertxipc.cli;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description =
        "Export an address and print what arrives, one JSON value per line, until Ctrl-C.")
final class TailCommand implements Callable<Integer> {
  private static final int PAUSE_AT = 16_384;
  private static final int RESUME_AT = 4_096;

  @Mixin JoinOptions join;

  @Option(names = "--raw", description = "Print strings and buffers as they are.")
  boolean raw;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Exit after this many messages.")
  long count;

  private final BlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean paused;

  @Override
  public Integer call() throws Exception {
    Vertx vertx = Cli.vertx();
    IpcBridge bridge = join.create(vertx, new BusOptions().addExport(join.address));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx, bridge)));
    vertx
        .eventBus()
        .consumer(
            join.address,
            m -> {
              lines.add(line(m.body()));
              if (!paused && lines.size() > PAUSE_AT) {
                paused = true;
                bridge.pause();
              }
            });
    try {
      Cli.await(bridge.start());
    } catch (Exception e) {
      close(vertx, bridge);
      throw e;
    }
    System.err.println("Node " + bridge.node() + " listens to " + join.address);
    print(bridge);
    return 0;
  }

  private void print(IpcBridge bridge) throws IOException, InterruptedException {
    OutputStream out = new BufferedOutputStream(System.out, 64 * 1024);
    for (long n = 0; n != count; n++) {
      byte[] line = lines.poll();
      if (line == null) {
        out.flush();
        line = lines.take();
      }
      out.write(line);
      out.write('\n');
      if (paused && lines.size() < RESUME_AT) {
        paused = false;
        bridge.resume();
      }
    }
    out.flush();
  }

  private byte[] line(Object body) {
    if (raw && body instanceof Buffer b) {
      return b.getBytes();
    } else if (raw && body instanceof String s) {
      return s.getBytes(StandardCharsets.UTF_8);
    } else if (body instanceof Buffer b) {
      return Json.encode(b.toString()).getBytes(StandardCharsets.UTF_8);
    }
    return Json.encode(body).getBytes(StandardCharsets.UTF_8);
  }

  private void close(Vertx vertx, IpcBridge bridge) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      Cli.await(bridge.close());
      Cli.await(vertx.close());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
