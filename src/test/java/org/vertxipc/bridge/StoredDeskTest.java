package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.bridge.StoredDesk.Stored;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.PointCodec;
import org.vertxipc.wire.EncodedBody;

/** Tests when a stored message is delivered, when again, and when it is done, without files. */
class StoredDeskTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();
  // No message of an earlier test has these.
  private static long origin = 1_000;

  private StoredDesk desk = new StoredDesk(POOL.get(0), false, "x", "y");

  @AfterEach
  void close() throws Exception {
    desk.close();
  }

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  private static List<Stored> sends(String address, int count) {
    List<Stored> sends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sends.add(Stored.send(address, i));
    }
    return sends;
  }

  private static List<Object> upTo(int count) {
    List<Object> bodies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bodies.add(i);
    }
    return bodies;
  }

  private static List<Long> numbers(long count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private Stored publish(Object body) {
    return Stored.publish("x", body, ++origin, 1);
  }

  @Test
  void aMessageIsDoneWhenTheHandlerHasReturned() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    desk.consumer(1, "x");
    desk.before =
        () -> {
          inside.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try {
      desk.store(Stored.send("x", 0));
      inside.await();
      desk.onLoop(() -> {});
      assertEquals(List.of(), List.copyOf(desk.done));
    } finally {
      go.countDown();
    }
    desk.awaitDone(1);
    desk.settle();
    assertEquals(List.of(0L), List.copyOf(desk.done));
  }

  @Test
  void whatHasNoConsumerWaitsInOrderAndHoldsUpNothingElse() throws Exception {
    desk.consumer(1, "y");
    desk.store(sends("x", 300));
    desk.store(Stored.send("y", "other"));
    desk.awaitDone(1);
    assertEquals(List.of(300L), List.copyOf(desk.done));
    assertEquals(301, desk.counters.received.sum());
    desk.had.clear();
    desk.done.clear();
    // By now it is asked for less often than at first.
    desk.settle();
    CountDownLatch later = new CountDownLatch(1);
    POOL.get(0).setTimer(100, id -> later.countDown());
    later.await();
    desk.consumer(2, "x");
    desk.awaitDone(300);
    desk.settle();
    assertEquals(upTo(300), desk.bodies());
    assertEquals(numbers(300), List.copyOf(desk.done));
    assertTrue(desk.had.stream().noneMatch(StoredDesk.Had::isMarked));
    assertTrue(desk.had.stream().allMatch(h -> h.headers().isEmpty()));
  }

  @Test
  void whatAConsumerGivesBackIsMarkedAndComesBeforeWhatFollows() throws Exception {
    MessageConsumer<Object> first = desk.paused(1, "x", 1_000);
    desk.store(sends("x", 5));
    desk.settle();
    first.fetch(2);
    desk.awaitDone(2);
    Await.get(first.unregister());
    desk.settle();
    desk.store(List.of(Stored.send("x", 5), Stored.send("x", 6)));
    desk.consumer(2, "x");
    desk.awaitDone(7);
    desk.settle();
    assertEquals(upTo(7), desk.bodies());
    assertEquals(
        List.of(false, false, true, true, true, false, false),
        desk.had.stream().map(StoredDesk.Had::isMarked).toList());
    assertEquals(7, desk.done.size());
    assertEquals(7, new HashSet<>(desk.done).size());
  }

  /** A consumer keeps 512 here: with one more under way it would give one back. */
  @Test
  void noMoreAreUnderWayThanAConsumerKeeps() throws Exception {
    MessageConsumer<Object> consumer = desk.paused(1, "x", 512);
    desk.store(sends("x", 1_200));
    desk.settle();
    for (int had = 100; had <= 300; had += 100) {
      consumer.fetch(100);
      desk.awaitDone(had);
      desk.settle();
    }
    consumer.resume();
    desk.awaitDone(1_200);
    desk.settle();
    assertEquals(upTo(1_200), desk.bodies());
    assertTrue(desk.had.stream().noneMatch(StoredDesk.Had::isMarked));
    assertEquals(numbers(1_200), List.copyOf(desk.done));
  }

  /** What a paused consumer holds of one address keeps nothing of another from its consumer. */
  @Test
  void aFullConsumerHoldsUpNoOtherAddress() throws Exception {
    desk.paused(1, "x", 1_000);
    desk.store(sends("x", 700));
    desk.consumer(2, "y");
    desk.store(sends("y", 600));
    desk.awaitDone(600);
    desk.settle();
    assertEquals(upTo(600), desk.bodies());
    assertTrue(desk.had.stream().allMatch(h -> h.consumer() == 2));
  }

  @Test
  void whatAFullConsumerDiscardsComesLater() throws Exception {
    MessageConsumer<Object> consumer = desk.paused(1, "x", 10);
    desk.store(sends("x", 30));
    desk.settle();
    consumer.resume();
    desk.awaitDone(30);
    desk.settle();
    assertEquals(30, desk.had.size());
    assertEquals(new HashSet<>(upTo(30)), new HashSet<>(desk.bodies()));
    assertEquals(30, new HashSet<>(desk.done).size());
    assertTrue(desk.had.stream().anyMatch(StoredDesk.Had::isMarked));
  }

  @Test
  void aPublishIsDoneWhenAllHaveHadIt() throws Exception {
    MessageConsumer<Object> one = desk.paused(1, "x", 10);
    MessageConsumer<Object> two = desk.paused(2, "x", 10);
    desk.store(publish("p"));
    desk.settle();
    one.fetch(1);
    desk.awaitHad(1);
    desk.settle();
    assertEquals(0, desk.done.size());
    two.fetch(1);
    desk.awaitDone(1);
    desk.settle();
    assertEquals(2, desk.had.size());
    assertEquals(1, desk.done.size());
    assertTrue(desk.had.stream().noneMatch(StoredDesk.Had::isMarked));
  }

  @Test
  void aPublishThatOneHasHadIsDoneWhenTheOtherGoes() throws Exception {
    for (boolean hadFirst : new boolean[] {true, false}) {
      MessageConsumer<Object> one = desk.paused(1, "x", 10);
      MessageConsumer<Object> two = desk.paused(2, "x", 10);
      desk.done.clear();
      desk.had.clear();
      desk.store(publish("p"));
      desk.settle();
      if (hadFirst) {
        one.fetch(1);
        desk.awaitHad(1);
        desk.settle();
        Await.get(two.unregister());
      } else {
        Await.get(two.unregister());
        desk.settle();
        one.fetch(1);
      }
      desk.awaitDone(1);
      desk.settle();
      assertEquals(List.of("p"), desk.bodies());
      assertEquals(1, desk.done.size());
      Await.get(one.unregister());
    }
  }

  @Test
  void aPublishThatNobodyHasHadComesAgain() throws Exception {
    MessageConsumer<Object> one = desk.paused(1, "x", 10);
    MessageConsumer<Object> two = desk.paused(2, "x", 10);
    desk.store(publish("p"));
    desk.settle();
    Await.get(one.unregister());
    Await.get(two.unregister());
    desk.settle();
    assertEquals(0, desk.done.size());
    desk.consumer(3, "x");
    desk.awaitDone(1);
    desk.settle();
    assertEquals(1, desk.had.size());
    assertTrue(desk.had.peek().isMarked());
  }

  @Test
  void whatWaitedIsGivenTogether() throws Exception {
    desk.store(sends("x", 300));
    desk.settle();
    MessageConsumer<Object> first = desk.paused(1, "x", 1_000);
    first.fetch(1);
    desk.awaitDone(1);
    desk.settle();
    Await.get(first.unregister());
    desk.consumer(2, "x");
    desk.awaitDone(300);
    desk.settle();
    assertEquals(upTo(300), desk.bodies());
    // All others had been given, and came back.
    assertEquals(299, desk.had.stream().filter(StoredDesk.Had::isMarked).count());
  }

  @Test
  void eachConsumerHasABodyAndHeadersOfItsOwn() throws Exception {
    desk.consumer(1, "x");
    desk.consumer(2, "x");
    desk.consumer(3, "x");
    JsonObject body = new JsonObject().put("k", "v");
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("h", "1");
    desk.store(publish(body).with(headers));
    desk.awaitDone(1);
    List<StoredDesk.Had> had = List.copyOf(desk.had);
    assertEquals(3, had.size());
    for (int i = 0; i < 3; i++) {
      assertEquals(body, had.get(i).body());
      assertNotSame(had.get(i).body(), had.get((i + 1) % 3).body());
      assertNotSame(had.get(i).headers(), had.get((i + 1) % 3).headers());
    }
    assertEquals("1", had.get(1).headers().get("h"));
  }

  @Test
  void aPublishThatCameByAnotherWayIsDoneAtOnce() throws Exception {
    desk.consumer(1, "x");
    Stored publish = publish("p");
    desk.store(publish);
    desk.awaitDone(1);
    desk.store(publish);
    desk.store(Stored.publish("x", "own", desk.incarnation(), 7));
    assertEquals(List.of(0L, 1L, 2L), List.copyOf(desk.done));
    desk.settle();
    assertEquals(List.of("p"), desk.bodies());
    assertEquals(2, desk.losses.count(Loss.DUPLICATE));
    assertEquals(1, desk.counters.received.sum());
  }

  @Test
  void whatCanNotBeDecodedIsDoneAndTheNextIsDelivered() throws Exception {
    desk.consumer(1, "x");
    Object codec = EncodedBody.of(new PointCodec("nobody's"), new PointCodec.Point(1, 2));
    desk.store(List.of(Stored.send("x", codec), publish(codec), Stored.send("x", "good")));
    desk.awaitDone(3);
    desk.settle();
    assertEquals(List.of("good"), desk.bodies());
    assertEquals(2, desk.losses.count(Loss.CODEC));
  }

  @Test
  void headersSayWhereItComesFromWhenThatIsConfigured() throws Exception {
    desk.close();
    desk = new StoredDesk(POOL.get(0), true, "x");
    desk.consumer(1, "x");
    desk.store(Stored.send("x", "bare"));
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("h", "1");
    desk.store(Stored.send("x", "full").with(headers));
    desk.awaitDone(2);
    List<StoredDesk.Had> had = List.copyOf(desk.had);
    for (int i = 0; i < 2; i++) {
      assertEquals("writer", had.get(i).headers().get("ipc-source"));
      assertEquals(String.valueOf(i), had.get(i).headers().get("ipc-sequence"));
      assertNull(had.get(i).headers().get("ipc-redelivered"));
    }
    assertEquals("1", had.get(1).headers().get("h"));
  }

  @Test
  void whatAnEarlierProcessMayHaveDeliveredIsMarked() throws Exception {
    desk.consumer(1, "x");
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("h", "1");
    desk.store(List.of(Stored.send("x", 0).again(), Stored.send("x", 1).with(headers)));
    desk.awaitDone(2);
    List<StoredDesk.Had> had = List.copyOf(desk.had);
    assertTrue(had.get(0).isMarked());
    assertFalse(had.get(1).isMarked());
    assertEquals("1", had.get(1).headers().get("h"));
    assertNull(had.get(1).headers().get("ipc-source"));
  }

  @Test
  void whatIsNotExportedWaitsForThatAndIsSaidOnce() throws Exception {
    Queue<String> said = new ConcurrentLinkedQueue<>();
    Handler listening =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            said.add(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(StoredDelivery.class.getName());
    logger.addHandler(listening);
    try {
      desk.consumer(1, "z");
      desk.store(sends("z", 2));
      desk.store(Stored.send("z", 2));
      desk.settle();
      assertEquals(List.of(), desk.bodies());
      desk.export("z");
      desk.awaitDone(3);
    } finally {
      logger.removeHandler(listening);
    }
    assertEquals(upTo(3), desk.bodies());
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.peek().contains("'z'") && said.peek().contains("'writer'"), said.peek());
  }

  @Test
  void nothingMoreIsDeliveredAfterItsEnd() throws Exception {
    MessageConsumer<Object> held = desk.paused(1, "x", 10);
    desk.store(Stored.send("x", "held"));
    desk.store(Stored.send("y", "waits"));
    desk.settle();
    desk.end();
    desk.consumer(2, "y");
    desk.store(Stored.send("y", "late"));
    desk.settle();
    held.resume();
    desk.awaitHad(1);
    desk.settle();
    assertEquals(List.of("held"), desk.bodies());
  }
}
