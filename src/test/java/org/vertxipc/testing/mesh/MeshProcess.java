package org.vertxipc.testing.mesh;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.testing.JvmProcess;

/** One life of a node, in a JVM of its own. */
final class MeshProcess extends JvmProcess {
  private static final int LAST_LINES = 40;

  private final int node;
  private final int incarnation;
  private final Path file;
  private final Path log;
  private final Ledger ledger;
  private final long from;
  private long closingFrom;

  private MeshProcess(
      ProcessBuilder builder, int node, int incarnation, Path file, Path log, long from)
      throws IOException {
    super(builder);
    this.node = node;
    this.incarnation = incarnation;
    this.file = file;
    this.log = log;
    this.ledger = new Ledger(file);
    this.from = from;
  }

  static MeshProcess start(
      MeshPlan plan, int node, int incarnation, JsonObject config, Path directory)
      throws IOException {
    String name = plan.nodes().get(node).name() + "-" + incarnation;
    Path file = directory.resolve(name + ".ledger");
    Path log = directory.resolve(name + ".log");
    List<String> command = java("-Xmx192m", "-Xshare:auto", "-XX:+UseSerialGC");
    command.addAll(
        List.of(
            MeshNode.class.getName(),
            config.encode(),
            "" + plan.seed(),
            String.join(",", plan.transports()),
            "" + node,
            "" + incarnation,
            file.toString()));
    long from = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    return new MeshProcess(builder, node, incarnation, file, log, from);
  }

  int incarnation() {
    return incarnation;
  }

  Ledger ledger() {
    return ledger;
  }

  boolean isStarted() {
    return ledger.state() == LedgerEntry.State.STARTED;
  }

  /** Tells it to end normally; {@link #hasEnded} says when it has. */
  void beginToClose() throws IOException {
    closingFrom = System.nanoTime();
    tell("close");
  }

  boolean isClosing() {
    return closingFrom != 0;
  }

  long closingFrom() {
    return closingFrom;
  }

  /** Returns whether it has ended normally; any other end is an error. */
  boolean hasEnded() throws IOException {
    if (process().isAlive()) {
      return false;
    }
    if (isClosing() && process().exitValue() == 0) {
      return true;
    }
    throw new AssertionError(
        log.getFileName() + " ended with " + process().exitValue() + ":\n" + lastWords());
  }

  /**
   * Returns what was thrown in it and not caught, each with the first of our lines in its stack.
   */
  List<String> thrown() throws IOException {
    List<String> thrown = new ArrayList<>();
    boolean open = false;
    for (String line : Files.readAllLines(log)) {
      if (line.startsWith(MeshNode.THREW)) {
        thrown.add(log.getFileName() + ": " + line.substring(MeshNode.THREW.length()));
        open = true;
      } else if (open && line.contains("at org.vertxipc.")) {
        thrown.add(thrown.remove(thrown.size() - 1) + " " + line.strip());
        open = false;
      }
    }
    return thrown;
  }

  /** Returns the end of what it has printed. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }

  /** Has the JVM print what its threads do. */
  void printThreads() throws IOException, InterruptedException {
    signal("QUIT");
  }

  MeshLife life(long endFrom, long endTo, MeshLife.End end) {
    return new MeshLife(node, incarnation, file, from, endFrom, endTo, end);
  }
}
