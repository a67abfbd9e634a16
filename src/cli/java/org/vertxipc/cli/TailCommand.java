package org.vertxipc.cli;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description =
        "Export an address and print what arrives, one JSON value per line, until Ctrl-C or until"
            + " nobody reads the output any more.")
final class TailCommand implements Callable<Integer> {
  private static final int PAUSE_AT = 16_384;
  private static final int RESUME_AT = 4_096;
  private static final long ENDLESS = -1;

  @Mixin JoinOptions join;

  @Mixin JsonOutput json;

  @Option(names = "--raw", description = "Print strings and buffers as they are.")
  boolean raw;

  @Spec CommandSpec spec;

  private final BlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();
  private final AtomicLong arrived = new AtomicLong();
  private long count = ENDLESS;
  private long printed;
  private boolean closed;
  private volatile boolean paused;
  private volatile boolean unread;

  @Option(names = "--count", paramLabel = "N", description = "Exit after this many messages.")
  void setCount(long messages) {
    if (messages < 1) {
      throw Cli.invalid(spec, "--count", messages, "1 or more");
    }
    count = messages;
  }

  @Override
  public Integer call() throws Exception {
    Vertx vertx = Cli.vertx();
    IpcBridge bridge = join.create(vertx, new BusOptions().addExport(join.address));
    MessageConsumer<Object> consumer = vertx.eventBus().consumer(join.address);
    consumer.handler(m -> take(m, bridge));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx, bridge, consumer)));
    try {
      Cli.await(bridge.start());
    } catch (Exception e) {
      close(vertx, bridge, consumer);
      throw e;
    }
    System.err.println("Node " + bridge.node() + " listens to " + join.address);
    OutputWatch.start(this::stop);
    try {
      print(bridge);
    } catch (ClosedOutputException e) {
      close(vertx, bridge, consumer);
      long left = arrived.get() - printed;
      if (left > 0) {
        System.err.println("Not printed: " + left + " messages or more that had arrived");
      }
      throw e;
    }
    return 0;
  }

  private void take(Message<Object> message, IpcBridge bridge) {
    lines.add(line(message.body()));
    arrived.incrementAndGet();
    if (!paused && lines.size() > PAUSE_AT) {
      paused = true;
      bridge.pause();
    }
  }

  /** Ends the printing, which may be waiting for a line. */
  private void stop() {
    unread = true;
    lines.add(new byte[0]);
  }

  private void print(IpcBridge bridge) throws IOException, InterruptedException {
    Output out = new Output();
    for (; printed != count; printed++) {
      byte[] line = lines.poll();
      if (line == null) {
        out.flush();
        line = lines.take();
      }
      if (unread) {
        throw new ClosedOutputException();
      }
      out.line(line);
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
    }
    return json.text(body).getBytes(StandardCharsets.UTF_8);
  }

  /** Leaves the bus. What arrives meanwhile goes back to its sender, and to another node. */
  private synchronized void close(Vertx vertx, IpcBridge bridge, MessageConsumer<?> consumer) {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Cli.await(consumer.unregister());
      Cli.await(bridge.close());
      Cli.await(vertx.close());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
