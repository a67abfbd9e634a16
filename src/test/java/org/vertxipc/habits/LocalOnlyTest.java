package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;

/** Checks that local messages stay local, as in a cluster. */
class LocalOnlyTest {
  private static final int MESSAGES = 20;
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private static void every(Mesh mesh, int from, DeliveryOptions options) {
    for (int i = 0; i < MESSAGES; i++) {
      mesh.events(from).send(Mesh.X, "s" + i, options);
      mesh.events(from).publish(Mesh.X, "p" + i, options);
    }
  }

  private static Received local(Mesh mesh, int node) throws Exception {
    Received local = new Received(mesh.vertx(node), Mesh.X, "local", true);
    Await.get(local.completion());
    return local;
  }

  @Test
  void aLocalConsumerGetsNothingOfOtherNodes() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Received local = local(mesh, 1);
      every(mesh, 0, new DeliveryOptions());
      // It is not a consumer that others could have found.
      assertEquals(Map.of("NO_HANDLERS", MESSAGES), mesh.requests(0, MESSAGES).counts());

      Received open = mesh.consume(1);
      every(mesh, 0, new DeliveryOptions());
      Outcomes outcomes = mesh.requests(0, MESSAGES);
      assertEquals(Map.of(Outcomes.OK, MESSAGES), outcomes.counts());
      assertEquals(Map.of("n1", MESSAGES), outcomes.repliers());
      mesh.awaitExactly(3 * MESSAGES, List.of(open), 0);
      assertEquals(3 * MESSAGES, open.count());
      assertEquals(0, local.count());
    }
  }

  @Test
  void aLocalConsumerHasAllOfItsOwnVertx() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Received local = local(mesh, 1);
      every(mesh, 1, new DeliveryOptions());
      Outcomes outcomes = mesh.requests(1, MESSAGES);
      assertEquals(Map.of("local", MESSAGES), outcomes.repliers());
      Await.until("all are there", () -> local.count() == 3 * MESSAGES);

      // It takes turns with a consumer elsewhere.
      Received there = mesh.consume(0);
      InterceptorsTest.awaitRotation(mesh, 1, List.of(there));
      Await.until(
          "both take turns",
          () -> {
            try {
              return mesh.requests(1, 10).repliers().equals(Map.of("local", 5, "n0", 5));
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
    }
  }

  /** Tests a consumer on each node, from a thread of the test and from a loop. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsSentLocalOnlyNeverLeaves(boolean onLoop) throws Exception {
    try (Mesh mesh = Mesh.started("shm", 3)) {
      Received here = mesh.consume(0);
      List<Received> there = List.of(mesh.consume(1), mesh.consume(2));
      Received localHere = local(mesh, 0);
      if (onLoop) {
        Await.get(mesh.onLoop(0, () -> every(mesh, 0, LOCAL)));
      } else {
        every(mesh, 0, LOCAL);
      }
      Outcomes outcomes = mesh.requests(0, Mesh.X, MESSAGES, LOCAL);
      assertEquals(Map.of(Outcomes.OK, MESSAGES), outcomes.counts());
      Await.get(mesh.events(0).sender(Mesh.X, LOCAL).write("w"));
      Await.get(mesh.events(0).publisher(Mesh.X, LOCAL).write("v"));
      mesh.flush(0);
      assertEquals(0, Mesh.total(there));
      // This publishes to both, and sends and requests to one of them.
      assertEquals(
          2 * (MESSAGES + 1) + (MESSAGES + 1) + MESSAGES, here.count() + localHere.count());
    }
  }

  @Test
  void aLocalOnlyRequestFailsWhenThereIsNobodyHereAndNothingLeaves() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Received there = mesh.consume(1);
      every(mesh, 0, LOCAL);
      Outcomes outcomes = mesh.requests(0, Mesh.X, MESSAGES, LOCAL);
      assertEquals(Map.of("NO_HANDLERS", MESSAGES), outcomes.counts());
      mesh.flush(0);
      assertEquals(0, there.count());
      // Other messages are not affected.
      assertEquals(Map.of(Outcomes.OK, MESSAGES), mesh.requests(0, MESSAGES).counts());
    }
  }

  /** One of two bridges of a Vert.x that heeds the mark is enough, for both. */
  @ParameterizedTest
  @CsvSource({"true, true, 0", "true, false, 0", "false, true, 0", "false, false, 20"})
  void theMarkMeansSomethingWhereABridgeHeedsIt(boolean one, boolean other, int leave)
      throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(3)) {
      mesh.bus(o -> o.setHeedLocalOnly(one), 0, 1);
      mesh.bus(o -> o.setHeedLocalOnly(other), 0, 2);
      mesh.start();
      List<Received> there = List.of(mesh.consume(1), mesh.consume(2));
      for (int i = 0; i < 10; i++) {
        mesh.events(0).publish(Mesh.X, "p", LOCAL);
      }
      mesh.flush(0);
      assertEquals(leave, Mesh.total(there));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsLocalDoesNotPassAGateway(boolean localConsumer) throws Exception {
    try (Mesh mesh = Mesh.started("shm", new int[][] {{0, 1}, {1, 2}})) {
      Received far = mesh.consume(2);
      if (localConsumer) {
        Received between = local(mesh, 1);
        every(mesh, 0, new DeliveryOptions());
        mesh.awaitExactly(2 * MESSAGES, List.of(far), 0);
        assertEquals(0, between.count());
        assertEquals(2 * MESSAGES, far.count());
      } else {
        every(mesh, 1, LOCAL);
        mesh.flush(1);
        assertEquals(0, far.count());
      }
    }
  }

  /** Tests that a reply goes to the requester, wherever that is, as in a cluster. */
  @Test
  void aReplyThatIsLocalOnlyReachesItsRequesterNevertheless() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      mesh.events(1)
          .consumer(
              Mesh.X,
              m ->
                  m.replyAndRequest("first", LOCAL)
                      .onSuccess(second -> second.reply("third", LOCAL)));
      Message<Object> first = Await.get(mesh.events(0).request(Mesh.X, "?"));
      assertEquals("first", first.body());
      Future<Message<Object>> third = first.replyAndRequest("second", LOCAL);
      assertEquals("third", Await.get(third).body());
    }
  }
}
