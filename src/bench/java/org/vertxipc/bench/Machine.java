package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.vertxipc.testing.Processes;

/**
 * What the machine's basic steps cost, at the start and at the end of a run: without them no figure
 * can be read, and when they changed meanwhile, figures of different parts can't be compared.
 */
final class Machine {
  /** A step that takes so many times as long, or is so many times as fast, has changed markedly. */
  static final double MARKED = 1.5;

  private static final String START = "machine/start/";
  private static final String END = "machine/end/";

  private final Figures figures;
  private final Path program;
  private final Path memory;
  private final Path disk;

  /**
   * Measures into the figures.
   *
   * @param figures takes what is measured
   * @param program compiled from {@code machine.c}; null without a C compiler
   * @param memory a directory in memory
   * @param disk a directory on a disk
   */
  Machine(Figures figures, Path program, Path memory, Path disk) {
    this.figures = figures;
    this.program = program;
    this.memory = memory;
    this.disk = disk;
  }

  void start() throws IOException, InterruptedException {
    measure(START);
  }

  void end() throws IOException, InterruptedException {
    measure(END);
  }

  private void measure(String when) throws IOException, InterruptedException {
    if (program == null) {
      return;
    }
    Process process =
        new ProcessBuilder(program.toString(), memory.toString(), disk.toString())
            .redirectInput(new File("/dev/null"))
            .start();
    JsonObject costs = new JsonObject(Processes.output(process));
    costs.fieldNames().forEach(name -> figures.add(when + name, costs.getDouble(name)));
  }

  /** Returns what a report says of the machine: nothing when it was not measured. */
  static String markdown(Figures figures) {
    List<String> names =
        figures.keys().stream()
            .filter(key -> key.startsWith(START))
            .map(key -> key.substring(START.length()))
            .toList();
    if (names.isEmpty()) {
      return "";
    }
    StringBuilder md = new StringBuilder("| the machine | start | end | |\n|---|---|---|---|\n");
    boolean changed = false;
    for (String name : names) {
      double start = figures.median(START + name);
      double end = figures.median(END + name);
      boolean markedly = isMarked(start, end);
      changed |= markedly;
      md.append(
          String.format(
              Locale.ROOT,
              "| %s | %,.0f | %s | %s |%n",
              name,
              start,
              Double.isNaN(end) ? "" : String.format(Locale.ROOT, "%,.0f", end),
              markedly ? "**changed**" : ""));
    }
    if (changed) {
      md.append(
          "\n**Warning: the machine changed during this run. Figures of different parts can't be"
              + " compared, and medians mix both states.**\n");
    }
    return md.append('\n').toString();
  }

  /** Returns whether one is so much more than the other. */
  static boolean isMarked(double start, double end) {
    return Math.max(start, end) >= MARKED * Math.min(start, end);
  }
}
