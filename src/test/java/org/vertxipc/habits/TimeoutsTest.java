package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;

/**
 * Tests requests that nobody answers: the sender's timeout applies, and nothing of them is left.
 */
@OnOneJdk
class TimeoutsTest {
  private static final int REQUESTS = 2_000;
  private static final int BODY = 100_000;
  private static final DeliveryOptions BRIEF = new DeliveryOptions().setSendTimeout(1);

  /** Tests in one JVM, so that its heap has what remains of requests on either side. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingStaysOfRequestsWhoseTimeIsOver(boolean gateway) throws Exception {
    int[][] buses = gateway ? new int[][] {{0, 1}, {1, 2}} : new int[][] {{0, 1}};
    try (Mesh mesh = Mesh.started("shm", buses)) {
      int last = mesh.size() - 1;
      AtomicInteger arrived = new AtomicInteger();
      mesh.events(last).consumer(Mesh.X, m -> arrived.incrementAndGet());
      // The first run makes what stays: threads, buffers, classes.
      assertEquals(Map.of("TIMEOUT", 50), request(mesh, 50).counts());
      Await.until("arrived", () -> arrived.get() == 50);
      long before = usedHeap();
      for (int i = 0; i < REQUESTS; i += 50) {
        assertEquals(Map.of("TIMEOUT", 50), request(mesh, 50).counts());
        int expected = 50 + i + 50;
        Await.until("arrived", () -> arrived.get() == expected);
      }
      long most = before + (long) REQUESTS * BODY / 10;
      Await.until("of " + before + " bytes at first no more are used", () -> usedHeap() < most);
    }
  }

  private static Outcomes request(Mesh mesh, int count) throws Exception {
    List<Future<Message<Object>>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(mesh.events(0).request(Mesh.X, Buffer.buffer(new byte[BODY]), BRIEF));
    }
    return Outcomes.of(asked);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Tests that a late reply goes nowhere, and is not taken for that of another request. */
  @Test
  void aLateReplyReachesNobody() throws Exception {
    try (Mesh mesh = Mesh.started("shm", 2)) {
      Queue<Message<Object>> waiting = new ConcurrentLinkedQueue<>();
      mesh.events(1)
          .consumer(
              Mesh.X,
              m -> {
                if ("late".equals(m.body())) {
                  waiting.add(m);
                } else {
                  m.reply(m.body());
                }
              });
      for (int round = 0; round < 5; round++) {
        List<Future<Message<Object>>> late = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          late.add(mesh.events(0).request(Mesh.X, "late", BRIEF));
        }
        assertEquals(Map.of("TIMEOUT", 50), Outcomes.of(late).counts());
        Await.until("they have come", () -> waiting.size() == 50);
        List<Future<Message<Object>>> other = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          other.add(mesh.events(0).request(Mesh.X, i));
          Message<Object> over = waiting.poll();
          if (over != null) {
            over.reply("too late");
          }
        }
        for (int i = 0; i < 200; i++) {
          assertEquals(i, Await.get(other.get(i)).body());
        }
      }
    }
  }

  /** Tests requests from loops and other threads while a node that answers some is killed. */
  @Test
  void requestsOfANodeThatIsKilledFailAsSuchOrGoToAnother() throws Exception {
    try (Mesh mesh = Mesh.over("shm").add(1)) {
      mesh.bus(0).start();
      NodeProcess stays = mesh.bus().process(mesh.bus().options("stays").addExport(Mesh.X));
      NodeProcess dies = mesh.bus().process(mesh.bus().options("dies").addExport(Mesh.X));
      for (NodeProcess node : List.of(stays, dies)) {
        node.consume(Mesh.X, "echo");
        node.call("start");
      }
      Await.until("both are there", () -> Await.exports(mesh.bridge(0)).size() == 2);
      assertEquals(Map.of(Outcomes.OK, 100), mesh.requests(0, 100).counts());

      Queue<Future<Message<Object>>> asked = new ConcurrentLinkedQueue<>();
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        threads.add(
            new Thread(
                () -> {
                  while (!stop.get()) {
                    ask(mesh, asked);
                  }
                }));
      }
      threads.forEach(Thread::start);
      Future<Void> loop = askFromLoop(mesh, asked, stop);
      Await.until("they are under way", () -> asked.size() > 3_000);
      dies.kill();
      Await.until("it is missed", () -> Await.exports(mesh.bridge(0)).size() == 1);
      int then = asked.size();
      Await.until("they go on", () -> asked.size() > then + 3_000);
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      Await.get(loop);
      Outcomes outcomes = Outcomes.of(asked);
      assertTrue(
          Set.of(Outcomes.OK, Outcomes.NODE_GONE).containsAll(outcomes.counts().keySet()),
          outcomes.counts().toString());
      // No request is lost to the node once it is known to be gone.
      assertEquals(Map.of(Outcomes.OK, 100), mesh.requests(0, 100).counts());
    }
  }

  /** Sends no more at a time than there is room for, because full queues are not the point. */
  private static void ask(Mesh mesh, Queue<Future<Message<Object>>> asked) {
    List<Future<Message<Object>>> batch = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      batch.add(mesh.events(0).request(Mesh.X, "r"));
    }
    asked.addAll(batch);
    try {
      Await.settled(Future.join(batch));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Future<Void> askFromLoop(
      Mesh mesh, Queue<Future<Message<Object>>> asked, AtomicBoolean stop) {
    if (stop.get()) {
      return Future.succeededFuture();
    }
    List<Future<Message<Object>>> batch = new ArrayList<>();
    return mesh.onLoop(
            0,
            () -> {
              for (int i = 0; i < 20; i++) {
                batch.add(mesh.events(0).request(Mesh.X, "r"));
              }
              asked.addAll(batch);
            })
        .compose(v -> Future.join(batch).otherwiseEmpty())
        .compose(v -> askFromLoop(mesh, asked, stop));
  }
}
