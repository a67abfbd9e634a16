package org.vertxipc.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.JvmProcess;
import org.vertxipc.testing.TestBus;

/** Checks that a bridge does without what only some applications have. */
class PlainClassPathTest {
  private static final List<String> OPTIONAL =
      List.of(
          "vertx-micrometer-metrics",
          "vertx-health-check",
          "micrometer-",
          "LatencyUtils",
          "HdrHistogram",
          "jspecify",
          "prometheus-",
          "metrics-");

  private static final class PlainProcess extends JvmProcess {
    PlainProcess(List<String> command) throws IOException {
      super(command);
    }

    static PlainProcess start(String... arguments) throws IOException {
      List<String> command = JvmProcess.command(List.of("-XX:TieredStopAtLevel=1"));
      String all = command.remove(command.size() - 1);
      command.add(
          Arrays.stream(all.split(File.pathSeparator, -1))
              .filter(entry -> OPTIONAL.stream().noneMatch(new File(entry).getName()::startsWith))
              .collect(Collectors.joining(File.pathSeparator)));
      command.add(PlainNode.class.getName());
      command.addAll(List.of(arguments));
      return new PlainProcess(command);
    }
  }

  @Test
  void nothingIsMissed() throws Exception {
    try (TestBus bus = new TestBus("shm");
        PlainProcess process =
            PlainProcess.start(
                TestBus.json(bus.options("a").addImport("t.*")).encode(),
                TestBus.json(bus.options("b").addExport("t.echo")).encode())) {
      process.expect("it works");
      process.expect("no io.micrometer.core.instrument.MeterRegistry");
      process.expect("no io.vertx.micrometer.MicrometerMetricsFactory");
      process.expect("no io.vertx.ext.healthchecks.Status");
    }
  }

  @Test
  void whatIsLeftOutIsThereOtherwise() {
    String all = System.getProperty("java.class.path");
    assertEquals(List.of(), OPTIONAL.stream().filter(name -> !all.contains("/" + name)).toList());
  }
}
