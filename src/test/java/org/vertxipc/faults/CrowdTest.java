package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CrowdNode;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.TestBus;

/** Tests many nodes on one bus that all send to one slow node. */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class CrowdTest {
  private static final int SPANS = 5;
  private static final int RING_BYTES = 16 * 1024;
  private static final int MIN_SHARE = 100;

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo"})
  void nobodyIsStarved(String transport) throws Exception {
    int processes = FaultTable.times(2, 10);
    int nodes = FaultTable.times(5, 10);
    int all = processes * nodes + 1;
    FaultTable.Row row = FaultTable.row(all - 1 + " nodes start, " + transport);
    try (TestBus bus = new TestBus(transport)) {
      Vertx vertx = bus.vertx(true);
      BusOptions sink = bus.options("sink").addExport("sink").setRingBytes(RING_BYTES);
      IpcBridge bridge = bus.bridge(vertx, sink);
      AtomicIntegerArray last = new AtomicIntegerArray(all);
      AtomicInteger gaps = new AtomicInteger();
      vertx
          .eventBus()
          .<Buffer>consumer(
              "sink",
              m -> {
                int node = m.body().getInt(0);
                if (last.getAndSet(node, m.body().getInt(4) + 1) != m.body().getInt(4)) {
                  gaps.incrementAndGet();
                }
              });
      Await.get(bridge.start());
      List<CrowdNode> crowd = new ArrayList<>();
      try {
        for (int p = 0; p < processes; p++) {
          List<JsonObject> configs = new ArrayList<>();
          for (int n = 0; n < nodes; n++) {
            configs.add(
                TestBus.json(
                    bus.options("n" + (p * nodes + n + 1))
                        .addExport("e." + p + "." + n)
                        .addImport("sink")
                        .setRingBytes(RING_BYTES)
                        .setStartTimeoutMillis(30_000)));
          }
          crowd.add(CrowdNode.start(configs, all, "sink"));
        }
        for (CrowdNode process : crowd) {
          process.expect("made");
        }
        long start = System.nanoTime();
        for (CrowdNode process : crowd) {
          process.tell("start");
        }
        for (CrowdNode process : crowd) {
          process.expect("all");
        }
        row.detected(System.nanoTime() - start);
        row.times(all - 1);
        for (CrowdNode process : crowd) {
          process.tell("send");
        }
        Await.until("all have begun", () -> least(last) > MIN_SHARE);
        if (!isFairOnce(last, transport)) {
          row.wedged();
        }
      } finally {
        for (CrowdNode process : crowd) {
          process.close();
        }
      }
      row.lost(gaps.get());
    }
    assertTrue(row.isClean(), row::toString);
  }

  /**
   * Returns whether all had about as much in some span of time: whoever the rings starve has little
   * in each, and whoever the kernel gives no core for a while has not.
   */
  private static boolean isFairOnce(AtomicIntegerArray last, String transport)
      throws InterruptedException {
    for (int span = 0; span < SPANS; span++) {
      int[] before = shares(last);
      Thread.sleep(FaultTable.times(1_500, 5_000));
      int[] after = shares(last);
      int[] got = new int[before.length];
      Arrays.setAll(got, i -> after[i] - before[i]);
      int most = Arrays.stream(got).max().orElseThrow();
      int fewest = Arrays.stream(got).min().orElseThrow();
      System.out.printf(
          "%d nodes, %s: %d to %d messages of each, ratio %.2f%n",
          got.length, transport, fewest, most, (double) most / fewest);
      if (most < 2 * fewest) {
        return true;
      }
    }
    return false;
  }

  private static int[] shares(AtomicIntegerArray last) {
    int[] shares = new int[last.length() - 1];
    Arrays.setAll(shares, i -> last.get(i + 1));
    return shares;
  }

  private static int least(AtomicIntegerArray last) {
    return Arrays.stream(shares(last)).min().orElseThrow();
  }
}
