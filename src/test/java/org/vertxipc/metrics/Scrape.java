package org.vertxipc.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus reads: the lines of its text format, of the names that begin as ours do.
 *
 * @param samples in their order
 */
record Scrape(List<Sample> samples) {
  private static final Pattern LINE = Pattern.compile("(vertx_ipc_\\w+)\\{(.*)} (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /**
   * A line.
   *
   * @param name of the metric
   * @param labels sorted by key
   * @param value the number
   */
  record Sample(String name, Map<String, String> labels, double value) {}

  static Scrape of(String text) {
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().filter(l -> l.startsWith("vertx_ipc")).toList()) {
      Matcher m = LINE.matcher(line);
      if (!m.matches()) {
        throw new IllegalArgumentException(line);
      }
      Map<String, String> labels = new TreeMap<>();
      Matcher label = LABEL.matcher(m.group(2));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
      samples.add(new Sample(m.group(1), labels, Double.parseDouble(m.group(3))));
    }
    return new Scrape(samples);
  }

  boolean has(String name) {
    return samples.stream().anyMatch(s -> s.name().equals(name));
  }

  /** Returns the only value of a name and these labels. */
  double value(String name, Map<String, String> labels) {
    List<Sample> found =
        samples.stream()
            .filter(s -> s.name().equals(name))
            .filter(s -> s.labels().entrySet().containsAll(labels.entrySet()))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(name + labels + ": " + found + " of " + samples);
    }
    return found.get(0).value();
  }
}
