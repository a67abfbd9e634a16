package org.vertxipc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Throughput by size, and latency by percentile, as SVG. */
final class Charts {
  private static final int[] SIZES = {16, 64, 1 << 10, 64 << 10, 1 << 20};
  private static final double[] NINES = {0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};

  private Charts() {}

  static void write(Figures figures, Path directory) throws IOException {
    throughput(figures, directory);
    latency(figures, "request/1", "Round trip, one request at a time", directory, "latency-closed");
    latency(
        figures,
        "paced/5000",
        "Round trip at 5,000 requests a second, from when each was due",
        directory,
        "latency-paced");
  }

  private static void throughput(Figures figures, Path directory) throws IOException {
    XYChart chart = chart("Sends a second by size of the body", "bytes", "messages a second");
    for (String contender : Plan.CONTENDERS) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (int size : SIZES) {
        double rate = figures.median(contender + "/send/" + Work.sizeName(size) + "/rate");
        if (!Double.isNaN(rate)) {
          x.add((double) size);
          y.add(rate);
        }
      }
      add(chart, contender, x, y);
    }
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    save(chart, directory, "throughput");
  }

  private static void latency(
      Figures figures, String work, String title, Path directory, String file) throws IOException {
    // One over what is left above the percentile, so that each nine takes as much room.
    XYChart chart = chart(title, "1 / (1 - percentile): 10 is p90, 100 is p99", "µs");
    for (String contender : Plan.CONTENDERS) {
      Histogram histogram = figures.histogram(contender + "/" + work);
      if (histogram != null) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (double percentile : NINES) {
          x.add(100 / (100 - percentile));
          y.add(Math.max(0.01, histogram.getValueAtPercentile(percentile) / 1e3));
        }
        add(chart, contender, x, y);
      }
    }
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    save(chart, directory, file);
  }

  private static XYChart chart(String title, String x, String y) {
    return new XYChartBuilder()
        .width(900)
        .height(520)
        .title(title)
        .xAxisTitle(x)
        .yAxisTitle(y)
        .build();
  }

  private static void add(XYChart chart, String name, List<Double> x, List<Double> y) {
    if (!x.isEmpty()) {
      chart.addSeries(name, x, y);
    }
  }

  private static void save(XYChart chart, Path directory, String name) throws IOException {
    if (!chart.getSeriesMap().isEmpty()) {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, directory.resolve(name).toString(), VectorGraphicsFormat.SVG);
    }
  }
}
