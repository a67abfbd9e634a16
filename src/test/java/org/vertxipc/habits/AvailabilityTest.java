package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcProducer;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.EachTransport;
import org.vertxipc.testing.OnOneJdk;

/** Checks that nothing fails while any node has a consumer: nodes that only export take no turn. */
@OnOneJdk
class AvailabilityTest {
  private static final int MESSAGES = 60;

  @EachTransport
  void theOnlyConsumerGetsEverythingHoweverManyNodesExport(String transport) throws Exception {
    try (Mesh mesh = Mesh.started(transport, 3)) {
      for (int at = 0; at < mesh.size(); at++) {
        Received only = mesh.consume(at);
        for (int from = 0; from < mesh.size(); from++) {
          if (transport.equals("mapped")) {
            // What is sent to a node that keeps messages waits there for a consumer.
            only.clear();
            assertEquals(Map.of(Outcomes.OK, MESSAGES), mesh.requests(from, MESSAGES).counts());
            assertEquals(MESSAGES, only.count());
          } else {
            allReach(mesh, from, only);
          }
        }
        Await.get(only.unregister());
      }
    }
  }

  /** Checks that all arrive, also right after the consumer came, whatever others still know. */
  private static void allReach(Mesh mesh, int from, Received only) throws Exception {
    only.clear();
    for (int i = 0; i < MESSAGES; i++) {
      mesh.events(from).send(Mesh.X, i);
    }
    String way = "of n" + from + " to " + only;
    assertEquals(Map.of(Outcomes.OK, MESSAGES), mesh.requests(from, MESSAGES).counts(), way);
    mesh.awaitExactly(2 * MESSAGES, List.of(only), from);
    assertEquals(2 * MESSAGES, only.times().size(), way);
    assertEquals(2 * MESSAGES, only.count(), way);
  }

  /** Tests another node whose last consumer comes and goes all the time. */
  @ParameterizedTest
  @CsvSource({"0, 2", "2, 2", "1, 2"})
  void nothingFailsWhenTheLastConsumerOfANodeGoesUnderLoad(int stays, int from) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      Received always = mesh.consume(stays);
      int comes = stays == 1 ? 0 : 1;
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger changes = new AtomicInteger();
      AtomicInteger gotThere = new AtomicInteger();
      Future<Void> toggling =
          mesh.vertx(comes)
              .executeBlocking(
                  () -> {
                    while (!stop.get()) {
                      MessageConsumer<Object> c = mesh.events(comes).consumer(Mesh.X);
                      c.handler(
                          m -> {
                            gotThere.incrementAndGet();
                            m.reply("comes");
                          });
                      Thread.sleep(3);
                      Await.get(c.unregister());
                      Thread.sleep(3);
                      changes.incrementAndGet();
                    }
                    return null;
                  });
      Map<String, Integer> counts = new TreeMap<>();
      int sent = 0;
      while (changes.get() < 60 || (gotThere.get() == 0 && changes.get() < 2_000)) {
        Outcomes outcomes = mesh.requests(from, 50);
        outcomes.counts().forEach((k, n) -> counts.merge(k, n, Integer::sum));
        sent += 50;
      }
      stop.set(true);
      Await.get(toggling);
      assertEquals(Map.of(Outcomes.OK, sent), counts);
      mesh.flush(from);
      assertEquals(sent, gotThere.get() + always.count());
    }
  }

  @Test
  void aConsumerThatComesIsBackInTheRotation() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      Received first = mesh.consume(0);
      for (int again = 0; again < 3; again++) {
        first.clear();
        // After this, all nodes know that nobody else has one.
        assertEquals(Map.of(Outcomes.OK, 10), mesh.requests(2, 10).counts());
        Received second = mesh.consume(1);
        InterceptorsTest.awaitRotation(mesh, 2, List.of(first, second));
        for (int i = 0; i < 100; i++) {
          mesh.events(2).send(Mesh.X, i);
        }
        mesh.awaitExactly(100, List.of(first, second), 2);
        assertEquals(List.of(50, 50), List.of(first.count(), second.count()));
        Await.get(second.unregister());
      }
    }
  }

  /** One here and two there; several of one node count as one turn of it for the others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void nodesTakeTurns(int consumersOfTheLast) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      List<Received> all = new ArrayList<>(mesh.consumeEverywhere());
      InterceptorsTest.awaitRotation(mesh, 0, all);
      List<Received> last = new ArrayList<>(List.of(all.get(2)));
      for (int more = 1; more < consumersOfTheLast; more++) {
        last.add(mesh.consume(2));
      }
      all.addAll(last.subList(1, last.size()));
      mesh.flush(0);
      all.forEach(Received::clear);
      for (int i = 0; i < 300; i++) {
        mesh.events(0).send(Mesh.X, i);
      }
      mesh.awaitExactly(300, all, 0);
      assertEquals(
          List.of(100, 100, 100),
          List.of(all.get(0).count(), all.get(1).count(), Mesh.total(last)));
      for (Received one : last) {
        assertEquals(100 / consumersOfTheLast, one.count());
      }
    }
  }

  @EachTransport
  void aRequestFailsAtOnceWhenNobodyAnywhereHasAConsumer(String transport) throws Exception {
    try (Mesh mesh = Mesh.started(transport, 3)) {
      for (int from = 0; from < mesh.size(); from++) {
        assertEquals(Map.of("NO_HANDLERS", 20), mesh.requests(from, 20).counts());
      }
      Received came = mesh.consume(1);
      assertEquals(Map.of(Outcomes.OK, 20), mesh.requests(0, 20).counts());
      Await.get(came.unregister());
      assertEquals(Map.of("NO_HANDLERS", 20), mesh.requests(0, 20).counts());
      // Of none that exports it, too.
      Outcomes unknown = mesh.requests(0, "unknown", 20, new DeliveryOptions());
      assertEquals(Map.of("NO_HANDLERS", 20), unknown.counts());
    }
  }

  /** Tests exports that are withdrawn with messages under way, which another exporter takes. */
  @Test
  void nothingFailsWhenAnAddressIsWithdrawnUnderLoad() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      List<Received> both = List.of(mesh.consume(1), mesh.consume(2));
      Map<String, Integer> counts = new TreeMap<>();
      for (int i = 0; i < 30; i++) {
        List<Future<Message<Object>>> asked = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
          asked.add(mesh.events(0).request(Mesh.X, "a"));
        }
        Future<Void> changed =
            i % 2 == 0 ? mesh.bridge(1).withdraw(Mesh.X) : mesh.bridge(1).export(Mesh.X);
        for (int n = 0; n < 10; n++) {
          asked.add(mesh.events(0).request(Mesh.X, "b"));
        }
        Await.get(changed);
        Outcomes.of(asked).counts().forEach((k, n) -> counts.merge(k, n, Integer::sum));
      }
      assertEquals(Map.of(Outcomes.OK, 1_500), counts);
      mesh.flush(0);
      assertEquals(1_500, Mesh.total(both));
    }
  }

  /** Tests that another consumer gets what waited for one that goes, and nothing twice. */
  @Test
  void whatWaitsForAConsumerThatGoesIsGivenToAnother() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      Received stays = mesh.consume(2);
      for (int again = 0; again < 20; again++) {
        MessageConsumer<Object> goes = mesh.events(1).consumer(Mesh.X);
        goes.handler(m -> m.reply("goes"));
        awaitTurns(mesh, Map.of("goes", 1, "n2", 1));
        mesh.flush(0);
        stays.clear();
        goes.pause();
        List<Future<Message<Object>>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          asked.add(mesh.events(0).request(Mesh.X, "r" + i));
        }
        Await.until("the others are answered", () -> stays.count() == 50);
        Await.get(goes.unregister());
        assertEquals(Map.of(Outcomes.OK, 100), Outcomes.of(asked).counts());
        assertEquals(Map.of("n2", 100), Outcomes.of(asked).repliers());
        mesh.flush(0);
        assertEquals(100, stays.times().size());
        assertEquals(100, stays.count());
      }
    }
  }

  /** Tests that a consumer that takes no more reports this as it would in one Vert.x. */
  @Test
  void aConsumerThatIsFullDiscardsRequestsAsInOneVertx() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      MessageConsumer<Object> full =
          mesh.events(1)
              .consumer(new MessageConsumerOptions().setAddress(Mesh.X).setMaxBufferedMessages(5));
      full.handler(m -> m.reply("full"));
      awaitTurns(mesh, Map.of("full", 2));
      full.pause();
      List<Future<Message<Object>>> asked = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        asked.add(mesh.events(0).request(Mesh.X, "r"));
      }
      Await.until("it is full", () -> asked.stream().filter(Future::failed).count() == 15);
      full.resume();
      assertEquals(Map.of(Outcomes.OK, 5, "TIMEOUT", 15), Outcomes.of(asked).counts());
    }
  }

  private static void awaitTurns(Mesh mesh, Map<Object, Integer> ofTwoRequests) throws Exception {
    Await.until(
        "they take turns",
        () -> {
          try {
            return mesh.requests(0, 2).repliers().equals(ofTwoRequests);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Producers of the bridge pass over nodes without a consumer as the event bus does. */
  @Test
  void aProducerPassesOverNodesWithoutAConsumer() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 4)) {
      Received only = mesh.consume(3);
      allReach(mesh, 0, only);
      only.clear();
      IpcProducer sender = mesh.bridge(0).sender(Mesh.X);
      for (int i = 0; i < MESSAGES; i++) {
        Await.get(sender.write(i));
      }
      mesh.awaitExactly(MESSAGES, List.of(only), 0);
      assertEquals(MESSAGES, only.times().size());
      assertEquals(MESSAGES, only.count());
    }
  }
}
