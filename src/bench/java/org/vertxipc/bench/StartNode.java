package org.vertxipc.bench;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * A process that starts a Vert.x with one consumer and, if it is given a directory of buses, the
 * bridge of a first node; then it says what that took, and ends. Nothing but that may be loaded in
 * it before it has measured.
 */
final class StartNode {
  private StartNode() {}

  public static void main(String[] args) throws Exception {
    long begin = System.nanoTime();
    Vertx vertx = Vertx.vertx();
    MessageConsumer<Object> consumer = vertx.eventBus().consumer("start", message -> {});
    consumer.completion().await();
    long vertxIsThere = System.nanoTime();
    IpcBridge bridge = args.length == 0 ? null : Bridged.create(vertx, args[0]);
    long created = System.nanoTime();
    if (bridge != null) {
      bridge.start().await();
    }
    long started = System.nanoTime();
    double cpuTicks = cpuTicks();
    System.gc();
    System.out.println((vertxIsThere - begin) / 1e6);
    System.out.println((created - vertxIsThere) / 1e6);
    System.out.println((started - created) / 1e6);
    System.out.println(cpuTicks);
    System.out.println(residentKib());
    if (bridge != null) {
      bridge.close().await();
    }
    System.exit(0);
  }

  /** What this process has taken, in hundredths of a second, see {@code proc_pid_stat(5)}. */
  private static double cpuTicks() throws IOException {
    String line = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
  }

  private static String residentKib() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
    String resident = lines.stream().filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
    return resident.replaceAll("[^0-9]", "");
  }

  /** Loaded only with a bridge. */
  private static final class Bridged {
    static IpcBridge create(Vertx vertx, String directory) {
      BusOptions bus = new BusOptions().setName("start").setDirectory(directory);
      return IpcBridge.create(vertx, new IpcBridgeOptions().setBus(bus.addExport("start")));
    }
  }
}
