package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.StoreNode;
import org.vertxipc.testing.TestBus;

/** What was stored outlives whoever wrote it and whoever reads it. */
@OnOneJdk
class StoreKillTest extends StoreFixture {
  @Test
  void whatAPublisherWasToldIsStoredArrivesThoughTheReaderDies(@TempDir Path dir) throws Exception {
    var config = TestBus.json(bus.options("reader").addExport("t.n"));
    Path got = dir.resolve("got");
    IpcBridge bridge = writer();
    StoreNode reader = StoreNode.reader(config, got);
    try {
      Await.get(bridge.awaitExport("t.n"));
      Set<String> stored = ConcurrentHashMap.newKeySet();
      IpcProducer producer = bridge.publisher("t.n");
      AtomicInteger number = new AtomicInteger();
      long timer =
          vertx.setPeriodic(
              1,
              id -> {
                int n = number.incrementAndGet();
                producer.write(n).onSuccess(v -> stored.add(Integer.toString(n)));
              });
      for (int i = 0; i < 4; i++) {
        int before = lines(got).size();
        Await.until("it reads", () -> lines(got).size() > before + 100);
        reader.kill();
        int gap = stored.size();
        Await.until("it is stored meanwhile", () -> stored.size() > gap + 100);
        reader = StoreNode.reader(config, got);
      }
      vertx.cancelTimer(timer);
      Await.until("nothing is lost", () -> withoutMarks(got).containsAll(stored));
    } finally {
      reader.kill();
    }
    Await.get(bus.bridge(bus.vertx(true), bus.options("next")).start());
  }

  /** {@code -Dvertxipc.kills=100} for the long form; the seed is printed. */
  @Test
  void nothingAcknowledgedIsLostWhenBothAreKilled(@TempDir Path dir) throws Exception {
    int kills = Integer.getInteger("vertxipc.kills", 5);
    long seed = Long.getLong("vertxipc.seed", System.nanoTime());
    System.out.println("kill -9 " + kills + " times, -Dvertxipc.seed=" + seed);
    Random random = new Random(seed);
    var readerConfig = TestBus.json(bus.options("reader").addExport("t.n"));
    var writerConfig = TestBus.json(bus.options("writer").addImport("t.*"));
    Path acked = dir.resolve("acked");
    Path got = dir.resolve("got");
    int incarnation = 1;
    StoreNode reader = StoreNode.reader(readerConfig, got);
    StoreNode writer = StoreNode.writer(writerConfig, acked, incarnation * 10_000_000);
    try {
      Await.until("it runs", () -> lines(got).size() > 1_000);
      for (int i = 0; i < kills; i++) {
        if (random.nextBoolean()) {
          reader.kill();
          reader = StoreNode.reader(readerConfig, got);
        } else {
          writer.kill();
          incarnation++;
          writer = StoreNode.writer(writerConfig, acked, incarnation * 10_000_000);
        }
        // Some in the middle of the start, and some after it.
        Thread.sleep(random.nextInt(1_500));
      }
      int before = lines(acked).size();
      Await.until("it still runs", () -> lines(acked).size() > before + 1_000);
      writer.kill();
      Set<String> stored = new HashSet<>(lines(acked));
      try {
        Await.until("nothing is lost", () -> withoutMarks(got).containsAll(stored));
      } catch (AssertionError e) {
        Set<String> missing = new HashSet<>(stored);
        missing.removeAll(withoutMarks(got));
        throw new AssertionError(
            missing.size() + " are lost: " + missing.stream().sorted().limit(20).toList(), e);
      }
    } finally {
      writer.kill();
      reader.kill();
    }
    List<String> all = lines(got);
    Set<String> seen = new HashSet<>();
    int twice = 0;
    for (String line : all) {
      boolean again = line.endsWith(" again");
      if (!seen.add(line.replace(" again", ""))) {
        twice++;
        assertTrue(again, line + " came twice and is not marked");
      }
    }
    System.out.println(
        lines(acked).size() + " acknowledged, " + seen.size() + " arrived, " + twice + " twice");
    List<Integer> firsts = new ArrayList<>();
    seen.clear();
    for (String line : all) {
      if (seen.add(line.replace(" again", ""))) {
        firsts.add(Integer.parseInt(line.replace(" again", "")));
      }
    }
    assertEquals(firsts.stream().sorted().toList(), firsts, "in order");
    assertFalse(firsts.isEmpty());
    // The next node removes what the killed ones left on the bus.
    Await.get(bus.bridge(bus.vertx(true), bus.options("next")).start());
  }

  private static List<String> lines(Path file) {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> withoutMarks(Path file) {
    Set<String> numbers = new HashSet<>();
    lines(file).forEach(line -> numbers.add(line.replace(" again", "")));
    return numbers;
  }
}
