package org.vertxipc.cli;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Uses what the commands use, on a bus of its own, so that the JVM sees the classes that its
 * archive is to contain. The start script runs it.
 */
@Command(
    name = "warm-up",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Load the classes that the commands need.")
final class WarmUpCommand implements Callable<Integer> {
  private static final String BUS = "warm-up";
  private static final String ECHO = "echo";
  private static final String LINES = "lines";

  @Parameters(paramLabel = "DIR", description = "Where the bus may be; made if it is not there.")
  Path directory;

  @Override
  public Integer call() throws Exception {
    Vertx vertx = Cli.vertx();
    try {
      vertx.eventBus().consumer(ECHO, message -> message.reply(message.body()));
      BusOptions bus = new BusOptions().setName(BUS).setDirectory(directory.toString());
      IpcBridge bridge =
          IpcBridge.create(vertx, new IpcBridgeOptions().setBus(bus.addExport(ECHO)));
      Cli.await(bridge.start());
      run("request", ECHO, "{\"a\": [1]}", "--header", "b=c");
      ExecutorService threads = Executors.newSingleThreadExecutor();
      try {
        Future<?> tail = threads.submit(() -> run("tail", LINES, "--count", "2"));
        run("send", LINES, "\"text\"");
        run("publish", LINES, "1");
        tail.get();
      } finally {
        threads.shutdown();
      }
    } finally {
      Cli.await(vertx.close());
    }
    return 0;
  }

  private Void run(String command, String address, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of(command, BUS, address));
    all.addAll(List.of("--directory", directory.toString()));
    all.addAll(List.of(more));
    String[] line = all.toArray(String[]::new);
    int exit = VertxIpcCli.commandLine(line).execute(line);
    if (exit != 0) {
      throw new IOException(command + " ended with " + exit);
    }
    return null;
  }
}
