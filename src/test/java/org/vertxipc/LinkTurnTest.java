package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
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

/**
 * Programs that answer in turn, and do not keep to it: no request gets the answer to another. Over
 * each link that has answers.
 */
@OnOneJdk
class LinkTurnTest {
  private static final DeliveryOptions BRIEF = new DeliveryOptions().setSendTimeout(50);

  @TempDir Path dir;

  private ProgramInHand program;
  private LinkBridge bridge;

  private AnsweringLinkOptions<?> link(String type) throws Exception {
    program = ProgramInHand.of(type, dir);
    AnsweringLinkOptions<?> options = program.options();
    options.setReply("turn");
    return options;
  }

  private void start(AnsweringLinkOptions<?> options) throws Exception {
    bridge = LinkBridge.started(options);
  }

  @AfterEach
  void close() throws Exception {
    if (bridge != null) {
      bridge.close();
    }
    if (program != null) {
      program.close();
    }
  }

  private Future<Message<Object>> ask(Object body) {
    return bridge.vertx.eventBus().request("out", body);
  }

  private static ReplyException failure(Future<?> future) throws Exception {
    return (ReplyException) Await.failure(future);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void aLateAnswerIsNotThatToTheNext(String type) throws Exception {
    start(link(type));
    Future<Message<Object>> first = bridge.vertx.eventBus().request("out", "first", BRIEF);
    assertEquals("first", program.asked());
    assertEquals(ReplyFailure.TIMEOUT, failure(first).failureType());
    Future<Message<Object>> second = ask("second");
    program.say("1\n");
    assertEquals("second", program.asked());
    program.say("2\n");
    assertEquals("2", Await.get(second).body());
    bridge.awaitReceived(1);
    assertEquals(List.of("1"), bridge.received);
  }

  /** When both come in one write, as a program does that writes what it has to say. */
  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo"})
  void twoAnswersToOneRequestAreNoneToTheNext(String type) throws Exception {
    start(link(type));
    List<Future<Message<Object>>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(ask(i));
    }
    for (int i = 0; i < 20; i++) {
      String asked = program.asked();
      assertFalse(program.isAsked(), "one at a time");
      program.say(asked + "\nand " + asked + "\n");
    }
    for (int i = 0; i < 20; i++) {
      assertEquals("" + i, Await.get(answers.get(i)).body());
    }
    bridge.awaitReceived(20);
    assertEquals("and 0", bridge.received.get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void whatNobodyAskedForIsReceivedOrUnexpected(String type) throws Exception {
    AnsweringLinkOptions<?> options = link(type);
    options.setReceive(null);
    start(options);
    program.say("news\n");
    assertEquals("news", bridge.awaitEvent("unexpected").getString("text"));
    Future<Message<Object>> answer = ask("question");
    assertEquals("question", program.asked());
    program.say("answer\n");
    assertEquals("answer", Await.get(answer).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo", "mqueue"})
  void blankLinesBetweenAnswersAreNone(String type) throws Exception {
    AnsweringLinkOptions<?> options = link(type);
    options.setCodec("json-lines");
    start(options);
    for (int i = 0; i < 5; i++) {
      Future<Message<Object>> answer = ask(i);
      assertEquals("" + i, program.asked());
      program.say(" \n" + i + "\n\n");
      assertEquals(i, Await.get(answer).body());
    }
    assertEquals(List.of(), bridge.events("bad-input"));
  }

  /** Whether the answer is still to come, nobody can tell. */
  @Test
  void aChildWhoseAnswerIsNoneIsReplaced() throws Exception {
    AnsweringLinkOptions<?> options = link("pipe");
    options.setCodec("json-lines");
    start(options);
    Future<Message<Object>> first = ask(1);
    Future<Message<Object>> second = ask(2);
    assertEquals("1", program.asked());
    program.say("oops\n");
    ReplyException e = failure(first);
    assertEquals(IpcBridge.CODEC, e.failureCode());
    assertEquals("Link 'link' answered with malformed JSON", e.getMessage());
    e = failure(second);
    assertEquals(IpcBridge.LINK_DOWN, e.failureCode());
    assertEquals("Link 'link': it is out of turn: it answered with malformed JSON", e.getMessage());
    bridge.awaitEvent("out-of-turn");
    Await.until("another child", () -> bridge.events("started").size() == 2);
    Future<Message<Object>> third = ask(3);
    assertEquals("3", program.asked());
    program.say("3\n");
    assertEquals(3, Await.get(third).body());
  }

  @Test
  void aChildIsNotReplacedWhenItMayNotBeStartedAgain() throws Exception {
    PipeLinkOptions options = (PipeLinkOptions) link("pipe");
    start(options.setRestart("never").setCodec("json-lines"));
    Future<Message<Object>> first = ask(1);
    program.asked();
    program.say("oops\n");
    failure(first);
    bridge.awaitEvent("exited");
    assertEquals(1, bridge.events("started").size());
    assertEquals("Link 'link' is down", failure(ask(2)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fifo", "mqueue"})
  void aLinkThatCanNotStartItsProgramAgainFails(String type) throws Exception {
    AnsweringLinkOptions<?> options = link(type);
    options.setCodec("json-lines");
    start(options);
    Future<Message<Object>> first = ask(1);
    program.asked();
    program.say("oops\n2\n");
    failure(first);
    String text = "Link 'link' is out of turn: it answered with malformed JSON";
    assertEquals(text, bridge.awaitEvent("failed").getString("reason"));
    ReplyException e = failure(ask(2));
    assertEquals(IpcBridge.LINK_DOWN, e.failureCode());
    assertEquals(text, e.getMessage());
    bridge.awaitReceived(1);
    assertEquals(List.of(2), bridge.received);
    // What is only sent still goes.
    bridge.send("note");
    assertEquals("\"note\"", program.asked());
  }

  @Test
  void aChildThatDoesNotAnswerIsReplaced() throws Exception {
    AnsweringLinkOptions<?> options = link("pipe");
    options.setReplyTimeoutMillis(100);
    start(options);
    // As long as somebody waits there is time.
    Future<Message<Object>> patient = ask("patient");
    assertEquals("patient", program.asked());
    Await.failure(
        bridge.vertx.eventBus().request("out", "x", new DeliveryOptions().setSendTimeout(500)));
    program.say("patience\n");
    assertEquals("patience", Await.get(patient).body());
    assertEquals(1, bridge.events("started").size());

    Future<Message<Object>> first = bridge.vertx.eventBus().request("out", "first", BRIEF);
    assertEquals(ReplyFailure.TIMEOUT, failure(first).failureType());
    assertEquals(
        "no answer for 100 ms (replyTimeoutMillis)",
        bridge.awaitEvent("out-of-turn").getString("reason"));
    Await.until("another child", () -> bridge.events("started").size() == 2);
    assertEquals("first", program.asked());
    Future<Message<Object>> second = ask("second");
    assertEquals("second", program.asked());
    program.say("2\n");
    assertEquals("2", Await.get(second).body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fifo", "mqueue"})
  void aProgramThatDoesNotAnswerIsReportedAndWaitedFor(String type) throws Exception {
    AnsweringLinkOptions<?> options = link(type);
    options.setReplyTimeoutMillis(50);
    start(options);
    Future<Message<Object>> first = bridge.vertx.eventBus().request("out", "first", BRIEF);
    assertEquals(ReplyFailure.TIMEOUT, failure(first).failureType());
    bridge.awaitEvent("unanswered");
    ReplyException e = failure(ask("second"));
    assertEquals(IpcBridge.LINK_DOWN, e.failureCode());
    assertEquals(
        "Link 'link' has had no answer to the request before for 50 ms (replyTimeoutMillis)",
        e.getMessage());
    assertEquals("first", program.asked());
    program.say("1\n");
    bridge.awaitReceived(1);
    Future<Message<Object>> third = ask("third");
    assertEquals("third", program.asked());
    program.say("3\n");
    assertEquals("3", Await.get(third).body());
  }

  /** What waits for its turn is what waits for the program: bounded, and in order. */
  @ParameterizedTest
  @ValueSource(strings = {"fail", "drop-oldest", "block"})
  void whatWaitsForItsTurnIsBounded(String overflow) throws Exception {
    AnsweringLinkOptions<?> options = link("pipe");
    options.setOverflow(overflow).setSendQueueBytes(50_000);
    start(options);
    List<Future<Message<Object>>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(ask(i + "x".repeat(1_000)));
    }
    assertTrue(program.asked().startsWith("0x"));
    if (overflow.equals("fail")) {
      assertEquals(IpcBridge.QUEUE_FULL, failure(answers.get(99)).failureCode());
    } else if (overflow.equals("drop-oldest")) {
      ReplyException e = failure(answers.get(1));
      assertEquals(IpcBridge.QUEUE_FULL, e.failureCode());
      assertEquals("Link 'link' dropped the request, for newer messages", e.getMessage());
    }
    program.say("0\n");
    assertEquals("0", Await.get(answers.get(0)).body());
    int count = overflow.equals("block") ? 99 : 40;
    int last = 0;
    for (int i = 0; i < count; i++) {
      int asked = Integer.parseInt(program.asked().replaceAll("x+", ""));
      assertTrue(asked > last, "in order");
      last = asked;
      program.say(asked + "\n");
      assertEquals("" + asked, Await.get(answers.get(asked)).body());
    }
  }

  /** What waits for its turn when the link stops still goes. */
  @Test
  void requestsThatWaitAreAnsweredBeforeTheEnd() throws Exception {
    program = null;
    PipeLinkOptions options =
        new PipeLinkOptions()
            .setCommand(List.of("sh", "-c", "while read x; do echo \"<$x>\"; done"))
            .setSend("out")
            .setReply("turn");
    start(options);
    List<Future<Message<Object>>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(ask(i));
    }
    Await.get(answers.get(0));
    Await.get(bridge.bridge().close());
    for (int i = 0; i < 50; i++) {
      assertEquals("<" + i + ">", Await.get(answers.get(i)).body());
    }
  }
}
