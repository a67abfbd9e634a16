package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Every figure of every round, under {@code contender/work/figure}. */
final class Figures {
  private final Map<String, List<Double>> samples = new TreeMap<>();
  private final Map<String, Histogram> histograms = new TreeMap<>();

  /** Adds one round's figures. */
  void add(String contender, String work, JsonObject figures) {
    for (Map.Entry<String, Object> figure : figures) {
      if (figure.getValue() instanceof Number n) {
        add(contender + "/" + work + "/" + figure.getKey(), n.doubleValue());
      }
    }
    byte[] encoded = figures.getBinary("histogram");
    if (encoded != null) {
      try {
        Histogram round = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(encoded), 0);
        histograms.computeIfAbsent(contender + "/" + work, k -> new Histogram(3)).add(round);
      } catch (DataFormatException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  void add(String key, double value) {
    samples.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
  }

  Set<String> keys() {
    return samples.keySet();
  }

  /** Returns the median over the rounds, or NaN when it was not measured. */
  double median(String key) {
    List<Double> values = samples.get(key);
    if (values == null) {
      return Double.NaN;
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int n = sorted.size();
    return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
  }

  double min(String key) {
    return Collections.min(samples.get(key));
  }

  double max(String key) {
    return Collections.max(samples.get(key));
  }

  /** Returns the latencies of all rounds together, or null. */
  Histogram histogram(String contenderAndWork) {
    return histograms.get(contenderAndWork);
  }

  JsonObject toJson() {
    JsonObject all = new JsonObject();
    samples.forEach(
        (key, values) ->
            all.put(
                key,
                new JsonObject()
                    .put("median", median(key))
                    .put("min", min(key))
                    .put("max", max(key))
                    .put("rounds", values)));
    return all;
  }
}
