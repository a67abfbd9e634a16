package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.AnsweringLinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.ProgramInHand;

/** Answers that are found by their ids, over each link that has answers. */
@OnOneJdk
class LinkIdTest {
  private static final DeliveryOptions BRIEF = new DeliveryOptions().setSendTimeout(50);

  @TempDir Path dir;

  private ProgramInHand program;
  private LinkBridge bridge;

  private void start(String type) throws Exception {
    program = ProgramInHand.of(type, dir);
    AnsweringLinkOptions<?> options = program.options();
    options.setReply("id").setCodec("json-lines");
    bridge = LinkBridge.started(options);
  }

  @AfterEach
  void close() throws Exception {
    bridge.close();
    if (program != null) {
      program.close();
    }
  }

  private Future<Message<JsonObject>> ask(Object id) {
    return bridge.vertx.eventBus().request("out", new JsonObject().put("id", id));
  }

  private static void assertTimeout(Future<?> request) throws Exception {
    assertEquals(ReplyFailure.TIMEOUT, ((ReplyException) Await.failure(request)).failureType());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void aRequestIsForgottenWhenItsTimeIsOver(String type) throws Exception {
    start(type);
    JsonObject body = new JsonObject().put("id", "1");
    assertTimeout(bridge.vertx.eventBus().request("out", body, BRIEF));
    program.asked();
    // The retry goes, at once.
    Future<Message<JsonObject>> retry = ask("1");
    program.asked();
    program.say("{\"id\":\"1\",\"n\":1}\n");
    assertEquals(1, Await.get(retry).body().getInteger("n"));
    // While one waits, there can't be another.
    Future<Message<JsonObject>> one = ask("1");
    ReplyException e = (ReplyException) Await.failure(ask("1"));
    assertEquals("Another request to link 'link' waits with the id \"1\"", e.getMessage());
    program.say("{\"id\":\"1\",\"n\":2}\n");
    assertEquals(2, Await.get(one).body().getInteger("n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void aLateAnswerIsAnswerToNobody(String type) throws Exception {
    start(type);
    JsonObject body = new JsonObject().put("id", "1");
    assertTimeout(bridge.vertx.eventBus().request("out", body, BRIEF));
    program.say("{\"id\":\"1\"}\n");
    bridge.awaitReceived(1);
    assertEquals(List.of(body), bridge.received);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void idsAreWhatTheyAreInJson(String type) throws Exception {
    start(type);
    Object[][] table = {
      {5, "5"},
      {5L, "5"},
      {(short) 5, "5"},
      {(byte) 5, "5"},
      {BigInteger.valueOf(5), "5"},
      {-7L, "-7"},
      {5_000_000_000L, "5000000000"},
      {BigInteger.TEN.pow(30), "1" + "0".repeat(30)},
      {5.0, "5.0"},
      {0.1f, "0.1"},
      {new BigDecimal("1.10"), "1.10"},
      {1e22, "1.0E22"},
      {"5", "\"5\""},
      {true, "true"},
      {new JsonObject().put("a", 5L), "{\"a\": 5}"},
    };
    for (Object[] row : table) {
      Future<Message<JsonObject>> answer = ask(row[0]);
      program.asked();
      program.say("{\"id\":" + row[1] + "}\n");
      Await.get(answer);
    }
    // Different ids wait side by side.
    List<Future<Message<JsonObject>>> answers = List.of(ask(5), ask(5.0), ask("5"));
    for (int n = 0; n < 3; n++) {
      program.asked();
    }
    program.say("{\"id\":\"5\",\"n\":2}\n{\"id\":5.0,\"n\":1}\n{\"id\":5,\"n\":0}\n");
    for (int n = 0; n < 3; n++) {
      assertEquals(n, Await.get(answers.get(n)).body().getInteger("n"));
    }
  }

  /** Null is no id: what has none, nobody has asked for. */
  @Test
  void aRequestWithoutAnIdGetsOne() throws Exception {
    start("pipe");
    Future<Message<JsonObject>> answer = ask(null);
    Object id = new JsonObject(program.asked()).getValue("id");
    assertTrue(id instanceof String text && text.startsWith("vx-"), "" + id);
    program.say("{\"news\":1}\n{\"id\":null}\n{\"id\":\"" + id + "\"}\n");
    assertEquals(id, Await.get(answer).body().getString("id"));
    assertEquals(2, bridge.received.size());
  }

  /** Also of those that come to the link when their time is over already. */
  @Test
  void noMemoryStaysOfRequestsThatAreNotAnswered() throws Exception {
    PipeLinkOptions link =
        new PipeLinkOptions()
            .setName("link")
            .setCommand(List.of("sh", "-c", "exec cat > /dev/null"))
            .setCodec("json-lines")
            .setSend("out")
            .setReply("id");
    bridge = LinkBridge.started(link);
    String text = "x".repeat(5_000);
    DeliveryOptions brief = new DeliveryOptions().setSendTimeout(20);
    long before = -1;
    for (int round = 0; round < 25; round++) {
      List<Future<?>> requests = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        JsonObject body = new JsonObject().put("text", text + i);
        requests.add(bridge.vertx.eventBus().request("out", body, brief));
      }
      for (Future<?> request : requests) {
        assertTimeout(request);
      }
      if (round == 5) {
        before = usedHeap();
      }
    }
    // All bodies are five times as much.
    long most = before + 20_000_000;
    Await.until("no more is used", () -> usedHeap() < most);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
