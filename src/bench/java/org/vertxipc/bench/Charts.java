package org.vertxipc.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.HdrHistogram.Histogram;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.Range;
import org.jfree.data.general.DatasetUtils;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.w3c.dom.Document;

/** Draws throughput by size, and latency by percentile, as SVG. */
final class Charts {
  private static final int[] SIZES = {16, 64, 1 << 10, 64 << 10, 1 << 20};
  private static final double[] PERCENTILES = {0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};
  private static final NumberFormat NUMBERS =
      new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
  private static final String SVG = "http://www.w3.org/2000/svg";

  private Charts() {}

  static void write(Figures figures, Path directory) throws IOException {
    throughput(figures, directory.resolve("throughput.svg"));
    latency(
        figures,
        "request/1",
        "Round trip, one request at a time",
        directory.resolve("latency-closed.svg"));
    latency(
        figures,
        "paced/5000",
        "Round trip at 5,000 requests a second, from when each was due",
        directory.resolve("latency-paced.svg"));
  }

  private static void throughput(Figures figures, Path file) throws IOException {
    XYSeriesCollection all = new XYSeriesCollection();
    for (String contender : Plan.CONTENDERS) {
      XYSeries series = new XYSeries(contender);
      for (int size : SIZES) {
        double rate = figures.median(contender + "/send/" + Work.sizeName(size) + "/rate");
        if (!Double.isNaN(rate)) {
          series.add(size, rate);
        }
      }
      add(all, series);
    }
    save(all, "Sends a second by size of the body", "bytes", "messages a second", file);
  }

  private static void latency(Figures figures, String work, String title, Path file)
      throws IOException {
    XYSeriesCollection all = new XYSeriesCollection();
    for (String contender : Plan.CONTENDERS) {
      XYSeries series = new XYSeries(contender);
      Histogram histogram = figures.histogram(contender + "/" + work);
      if (histogram != null) {
        for (double percentile : PERCENTILES) {
          // The reciprocal of what is above the percentile gives each nine the same room.
          double micros = Math.max(10, histogram.getValueAtPercentile(percentile)) / 1e3;
          series.add(100 / (100 - percentile), micros);
        }
      }
      add(all, series);
    }
    save(all, title, "one in so many is slower (10 is p90, 100 is p99, 1000 is p99.9)", "µs", file);
  }

  private static void add(XYSeriesCollection all, XYSeries series) {
    if (!series.isEmpty()) {
      all.addSeries(series);
    }
  }

  private static void save(XYSeriesCollection all, String title, String x, String y, Path file)
      throws IOException {
    JFreeChart chart = ChartFactory.createXYLineChart(title, x, y, all);
    XYPlot plot = chart.getXYPlot();
    plot.setDomainAxis(axis(x, DatasetUtils.findDomainBounds(all)));
    plot.setRangeAxis(axis(y, DatasetUtils.findRangeBounds(all)));
    plot.setBackgroundPaint(Color.WHITE);
    plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
    for (int i = 0; i < all.getSeriesCount(); i++) {
      renderer.setSeriesStroke(i, new BasicStroke(2));
    }
    plot.setRenderer(renderer);
    SVGGraphics2D svg = new SVGGraphics2D(document());
    Rectangle size = new Rectangle(900, 520);
    svg.setSVGCanvasSize(size.getSize());
    chart.draw(svg, size);
    try (Writer out = Files.newBufferedWriter(file)) {
      svg.stream(out, true);
    }
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LogAxis axis(String label, Range range) {
    LogAxis axis = new LogAxis(label);
    if (range != null && range.getLength() == 0) {
      // A single size or figure gives the axis no length.
      axis.setRange(range.getLowerBound() / 2, range.getUpperBound() * 2);
    }
    axis.setNumberFormatOverride(NUMBERS);
    return axis;
  }
}
