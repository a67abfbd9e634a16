package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Spans of time, in no order; both ends belong to a span. */
final class Spans {
  private record Span(long from, long to) {}

  private final List<Span> spans = new ArrayList<>();
  private boolean merged = true;

  void add(long from, long to) {
    spans.add(new Span(from, Math.max(from, to)));
    merged = false;
  }

  void addAll(Spans others) {
    spans.addAll(others.spans);
    merged = false;
  }

  /** Merges spans that touch each other, and sorts all. */
  private void merge() {
    if (merged) {
      return;
    }
    spans.sort(Comparator.comparingLong(Span::from));
    List<Span> apart = new ArrayList<>();
    for (Span span : spans) {
      Span last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
      if (last != null && span.from <= last.to) {
        apart.set(apart.size() - 1, new Span(last.from, Math.max(last.to, span.to)));
      } else {
        apart.add(span);
      }
    }
    spans.clear();
    spans.addAll(apart);
    merged = true;
  }

  /** Returns the first span that ends at a time or later. */
  private int at(long time) {
    merge();
    int low = 0;
    int high = spans.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (spans.get(middle).to < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns whether a span lies, at least in part, between two times. */
  boolean touch(long from, long to) {
    int i = at(from);
    return i < spans.size() && spans.get(i).from <= to;
  }

  /** Returns whether one span covers all the time between two times. */
  boolean cover(long from, long to) {
    int i = at(from);
    return i < spans.size() && spans.get(i).from <= from && spans.get(i).to >= to;
  }

  /** Returns how much of all spans lies between two times. */
  long within(long from, long to) {
    long sum = 0;
    for (int i = at(from); i < spans.size() && spans.get(i).from <= to; i++) {
      sum += Math.min(to, spans.get(i).to) - Math.max(from, spans.get(i).from);
    }
    return sum;
  }
}
