package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.JsonTrees;

/**
 * JSON arrives as a clustered Vert.x would deliver it: as what its text says, whatever it consists
 * of, on whichever road.
 */
class JsonTest {
  private static final int ROUNDS = 60;

  /** Returns what the text of a copy says; null when there is none. */
  private static Object byText(Object json) {
    try {
      Object copy = ((Shareable) json).copy();
      return json instanceof JsonObject
          ? new JsonObject(Json.encodeToBuffer(copy))
          : new JsonArray(Json.encodeToBuffer(copy));
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static Object large(JsonTrees trees) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < 20; i++) {
      all.add(trees.next());
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo", "mapped"})
  void whatItsTextSaysArrives(String transport) throws Exception {
    try (Mesh mesh = Mesh.started(transport, 3)) {
      Queue<Object> got = new ConcurrentLinkedQueue<>();
      for (int node = 1; node <= 2; node++) {
        Await.get(mesh.events(node).consumer(Mesh.X, m -> echo(m, got)).completion());
      }
      Await.until("both have a consumer", () -> Await.exports(mesh.bridge(0)).size() == 2);
      JsonTrees trees = new JsonTrees(transport.hashCode(), false);
      JsonTrees common = new JsonTrees(transport.length(), true);
      for (Caller caller : Caller.values()) {
        List<Object> sent = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
          Object json = i == 7 ? large(common) : i % 2 == 0 ? trees.next() : common.next();
          // What can't be copied is refused by Vert.x itself.
          if (byText(json) != null) {
            sent.add(json);
          }
        }
        List<Future<Message<Object>>> asked = new ArrayList<>();
        Await.get(
            caller.run(
                mesh,
                0,
                () -> {
                  for (Object json : sent) {
                    asked.add(mesh.events(0).request(Mesh.X, json));
                    mesh.events(0).publish(Mesh.X, json);
                  }
                }));
        for (int i = 0; i < sent.size(); i++) {
          Object expected = byText(sent.get(i));
          assertSame(expected, Await.get(asked.get(i)).body());
        }
        Await.until("all published have come", () -> got.size() == 2 * sent.size());
        for (Object json : sent) {
          Object expected = byText(json);
          for (int node = 1; node <= 2; node++) {
            Optional<Object> one =
                got.stream().filter(o -> JsonTrees.isSame(expected, o)).findAny();
            assertTrue(one.isPresent(), () -> "missing: " + Json.encode(expected));
            got.removeIf(o -> o == one.get());
          }
        }
      }
    }
  }

  private static void echo(Message<Object> message, Queue<Object> got) {
    if (message.replyAddress() != null) {
      message.reply(message.body());
    } else {
      got.add(message.body());
    }
  }

  private static void assertSame(Object expected, Object got) {
    assertTrue(
        JsonTrees.isSame(expected, got), () -> Json.encode(expected) + " and " + Json.encode(got));
  }
}
