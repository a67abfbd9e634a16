package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Counts the findings, with some examples of each kind. */
public final class MeshFindings {
  private static final int EXAMPLES = Integer.getInteger("mesh.examples", 6);

  private final Map<MeshFinding, Long> counts = new EnumMap<>(MeshFinding.class);
  private final Map<MeshFinding, List<String>> examples = new EnumMap<>(MeshFinding.class);

  void add(MeshFinding finding, String what) {
    counts.merge(finding, 1L, Long::sum);
    List<String> some = examples.computeIfAbsent(finding, f -> new ArrayList<>());
    if (some.size() < EXAMPLES) {
      some.add(what);
    }
  }

  long count(MeshFinding finding) {
    return counts.getOrDefault(finding, 0L);
  }

  private long count(Predicate<MeshFinding> which) {
    return counts.entrySet().stream()
        .filter(e -> which.test(e.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Returns how many messages and requests are not as they should be. */
  public long lost() {
    return count(MeshFinding::isLoss);
  }

  public long wedged() {
    return count(MeshFinding.WEDGED);
  }

  public long left() {
    return count(MeshFinding.LEFT);
  }

  /** Adds the findings of another object. */
  void addAll(MeshFindings others) {
    others.counts.forEach((finding, count) -> counts.merge(finding, count, Long::sum));
    others.examples.forEach(
        (finding, some) -> examples.computeIfAbsent(finding, f -> new ArrayList<>()).addAll(some));
  }

  public boolean isClean() {
    return count(MeshFinding::isFault) == 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (finding, count) -> {
          text.append(String.format("%-12s %d%n", finding, count));
          examples.get(finding).forEach(e -> text.append("    ").append(e).append('\n'));
        });
    return text.isEmpty() ? "nothing found" : text.toString();
  }
}
