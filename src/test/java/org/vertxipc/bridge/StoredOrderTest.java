package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.bridge.StoredDesk.Stored;
import org.vertxipc.testing.Await;

/**
 * Stored messages while consumers come, take some, stop and go at random: each send is handled
 * once, each message is done once, and only what was given back is marked.
 */
class StoredOrderTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  private static long origin = 1_000_000;

  private final Map<Integer, MessageConsumer<Object>> consumers = new HashMap<>();
  private int stored;
  private int madeConsumers;
  private boolean anyGone;

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void eachIsDoneOnceAndHandledOnce(long seed) throws Exception {
    Random random = new Random(seed);
    try (StoredDesk desk = new StoredDesk(POOL.get(0), false, "x", "y")) {
      for (int step = 0; step < 60; step++) {
        // With an odd seed no consumer goes.
        step(desk, random, seed % 2 == 0);
      }
      for (MessageConsumer<Object> consumer : consumers.values()) {
        consumer.resume();
      }
      for (String address : List.of("x", "y")) {
        consumers.put(madeConsumers, desk.consumer(madeConsumers++, address));
      }
      desk.awaitDone(stored);
      desk.settle();
      check(desk);
    }
  }

  private void step(StoredDesk desk, Random random, boolean going) throws Exception {
    String address = random.nextBoolean() ? "x" : "y";
    int kind = random.nextInt(going ? 6 : 5);
    if (kind < 2) {
      List<Stored> messages = new ArrayList<>();
      for (int n = random.nextInt(20); n >= 0; n--) {
        boolean publish = random.nextInt(4) == 0;
        String body = address + " " + (publish ? "publish " : "send ") + stored++;
        messages.add(
            publish ? Stored.publish(address, body, ++origin, 1) : Stored.send(address, body));
      }
      desk.store(messages);
    } else if (kind == 2 && consumers.size() < 4) {
      consumers.put(madeConsumers, desk.paused(madeConsumers++, address, 1_000));
    } else if (kind < 5) {
      for (MessageConsumer<Object> consumer : consumers.values()) {
        consumer.fetch(random.nextInt(5) + 1L);
      }
    } else if (!consumers.isEmpty()) {
      anyGone = true;
      int number = List.copyOf(consumers.keySet()).get(random.nextInt(consumers.size()));
      Await.get(consumers.remove(number).unregister());
    }
  }

  private void check(StoredDesk desk) {
    assertEquals(
        IntStream.range(0, stored).mapToLong(n -> n).boxed().toList(),
        List.copyOf(new TreeSet<>(desk.done)));
    assertEquals(stored, desk.done.size());
    Map<String, Integer> sends = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    for (StoredDesk.Had had : desk.had) {
      String body = (String) had.body();
      String[] words = body.split(" ", -1);
      int number = Integer.parseInt(words[2]);
      if (words[1].equals("send")) {
        sends.merge(body, 1, Integer::sum);
      }
      assertTrue(anyGone || !had.isMarked(), body + " is marked, but nobody gave it back");
      if (!had.isMarked()) {
        Integer before = last.put(had.consumer() + words[1], number);
        assertTrue(before == null || before < number, body + " after " + before);
      }
    }
    sends.forEach((body, count) -> assertEquals(1, count, body));
  }
}
