package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.AnsweringLinkOptions;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.ProgramInHand;
import org.vertxipc.testing.TestBus;

/** JSON that nobody could read is refused where it is sent, by each link and by the bus. */
class JsonLimitsTest {
  private static final String DIGITS =
      "its JSON form has a number of more than 1000 digits, which no Vert.x reads";
  private static final BigInteger MOST = BigInteger.TEN.pow(1_000).subtract(BigInteger.ONE);
  private static final JsonObject MORE = new JsonObject().put("n", MOST.add(BigInteger.ONE));

  @TempDir Path dir;

  private static String refused(io.vertx.core.Vertx vertx, String address, Object body)
      throws Exception {
    ReplyException e = (ReplyException) Await.failure(vertx.eventBus().request(address, body));
    assertEquals(IpcBridge.CODEC, e.failureCode());
    return e.getMessage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void aLinkRefusesWhatNobodyCouldRead(String type) throws Exception {
    try (ProgramInHand program = ProgramInHand.of(type, dir)) {
      AnsweringLinkOptions<?> options = program.options();
      options.setCodec("json-lines").setReply("turn");
      try (LinkBridge bridge = LinkBridge.started(options)) {
        String text = "A message to link 'link' can't be encoded: ";
        assertEquals(text + DIGITS, refused(bridge.vertx, "out", MORE));
        JsonArray nested = new JsonArray();
        for (int i = 0; i < 1_000; i++) {
          nested = new JsonArray(List.of(nested.getList()));
        }
        String levels = refused(bridge.vertx, "out", nested);
        assertTrue(levels.startsWith(text) && levels.contains("1000"), levels);
        bridge.send(MORE);
        assertEquals(text + DIGITS, bridge.awaitEvent("refused").getString("reason"));
        // What is at the limit passes.
        var answer = bridge.vertx.eventBus().request("out", new JsonObject().put("n", MOST));
        program.say(program.asked() + "\n");
        assertEquals(MOST, ((JsonObject) Await.get(answer).body()).getValue("n"));
      }
    }
  }

  @Test
  void aJournalRefusesWhatNobodyCouldRead() throws Exception {
    JournalLinkOptions options =
        new JournalLinkOptions()
            .setDirectory(dir.resolve("log").toString())
            .setCodec("json-lines")
            .setSend("out");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      assertEquals("A message can't be recorded: " + DIGITS, refused(bridge.vertx, "out", MORE));
    }
  }

  @Test
  void theBusRefusesWhatNobodyCouldRead() throws Exception {
    try (TestBus bus = new TestBus("shm")) {
      BusOptions here = bus.options("here").addImport("there.*");
      BusOptions there = bus.options("there").addExport("there.echo").addExport("there.more");
      var vertx = bus.vertx(true);
      var other = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, here);
      IpcBridge second = bus.bridge(other, there);
      other.eventBus().consumer("there.echo", m -> m.reply(m.body()));
      other.eventBus().consumer("there.more", m -> m.reply(MORE));
      Await.get(second.start());
      Await.get(bridge.start());
      Await.get(bridge.awaitExport("there.echo"));
      JsonObject most = new JsonObject().put("n", MOST);
      assertEquals(most, Await.get(vertx.eventBus().request("there.echo", most)).body());
      String text = refused(vertx, "there.echo", MORE);
      assertTrue(text.contains("encod") && text.contains(DIGITS), text);
      text = refused(vertx, "there.echo", new JsonArray().add(MORE));
      assertTrue(text.contains(DIGITS), text);
      text = refused(vertx, "there.more", "");
      assertTrue(text.contains(DIGITS), text);
    }
  }
}
