package org.vertxipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.OnOneJdk;
import picocli.CommandLine;

/** Checks that the benchmark works, not what it finds in so short a time. */
@OnOneJdk
class BenchIT {
  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void measuresAndReports(@TempDir Path out) throws Exception {
    assumeTrue(Runtime.version().feature() < 24, "the benchmark is tried on the oldest JDK");
    int exit =
        new CommandLine(new Bench())
            .execute(
                "--rounds=1",
                "--millis=50",
                "--warm-up=50",
                "--idle-seconds=1",
                "--parts=start,bus,bytes,logs,resources",
                "--contenders=shm-park,local-other,unix-bridge,mapped,mqueue",
                "--work=(batches|send/64B|request/1|paced/5000).*",
                "--out=" + out);
    assertEquals(0, exit);
    JsonObject results = new JsonObject(Files.readString(out.resolve("results.json")));
    JsonArray targets = results.getJsonArray("targets");
    assertEquals(39, targets.size());
    for (Object o : targets) {
      JsonObject target = (JsonObject) o;
      assertTrue(target.containsKey("value") && target.getValue("met") instanceof Boolean);
      assertTrue(target.getString("id") != null && target.getDouble("target") != null);
    }
    JsonObject figures = results.getJsonObject("figures");
    for (String key :
        new String[] {
          "plain/start/vertxMillis",
          "shm-park/start/residentKib",
          "shm-park/batches-of-200/64B/rate",
          "shm-park/request/1/p99",
          "unix-bridge/paced/5000/p50",
          "mapped/send/64B/rate",
          "mqueue/request/1/p50",
          "local-other/send/64B/allocatedPerMessage",
          "ring/throughput/rate",
          "journal/append/256B/rate",
          "store/replay/256B/rate",
          "store/append-disk/256B/rate",
          "journal/replay-disk/256B/rate",
          "machine/start/getpidNs",
          "machine/end/firstTouchFreshDiskNs",
          "chronicle-queue/append/256B/rate",
          "aeron/round-trip/p50",
          "plain/idle/pssKib"
        }) {
      assertTrue(figures.getJsonObject(key).getDouble("median") > 0, key);
    }
    assertTrue(
        Files.readString(out.resolve("results.md")).contains("| `send-vs-local-sustained` |"));
    assertTrue(Files.readString(out.resolve("latency-closed.svg")).contains("<svg"));
  }
}
