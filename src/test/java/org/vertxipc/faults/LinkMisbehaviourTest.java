package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.AsyncResult;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/**
 * Tests a child that misbehaves at random: it answers late, twice or never, prints garbage, blank
 * lines and floods, and exits. No request gets the answer to another, each one ends, and nothing of
 * them stays.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class LinkMisbehaviourTest {
  private static final String CHILD =
      """
      import json, os, random, sys, time
      turn = sys.argv[1] == "turn"
      random.seed(int(sys.argv[2]) ^ os.getpid())
      late = []
      noise = b'{"noise":1}\\n' * 500
      def say(*lines):
          os.write(1, b"".join(lines))
      for line in sys.stdin.buffer:
          ask = json.loads(line)
          answer = json.dumps({"id": ask.get("id"), "n": ask["n"]}).encode() + b"\\n"
          what = random.randrange(100)
          if what < (1 if turn else 2):
              continue
          elif what < 4:
              say(b'{"oops\\n', answer if random.random() < 0.5 else b"")
          elif what < 5:
              say(b'"\\xff"\\r\\n', answer)
          elif what < 6:
              os.kill(os.getpid(), 9)
          elif what < 7:
              say(answer)
              sys.exit(random.randrange(2))
          elif what < 15:
              say(answer, answer)
          elif what < 18:
              say(answer, noise)
          elif what < 20 and not turn:
              say(noise, answer)
          elif what < 30:
              if turn:
                  time.sleep(0.03)
                  say(answer)
              else:
                  late.append(answer)
          else:
              say(b" \\r\\n\\n", answer)
          if len(late) > 20:
              random.shuffle(late)
              say(*late)
              late = []
      """;
  private static final int AT_ONCE = 10;
  private static final String PAD = "x".repeat(2_000);

  @TempDir Path dir;

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final Map<String, Integer> outcomes = new ConcurrentSkipListMap<>();
  private final Set<Integer> waiting = ConcurrentHashMap.newKeySet();
  private LinkBridge bridge;
  private final Object lock = new Object();
  private Random random;
  private volatile boolean enough;

  @ParameterizedTest
  @ValueSource(strings = {"id", "turn"})
  void noRequestGetsTheAnswerToAnother(String reply) throws Exception {
    assumeTrue(Processes.runs("python3", "--version"), "needs python3");
    random = FaultTable.random("LinkMisbehaviourTest " + reply);
    FaultTable.Row row = FaultTable.row("a child that misbehaves, reply " + reply);
    // How many answers there are: how many requests that takes depends on the machine.
    int most = reply.equals("id") ? FaultTable.times(300, 50_000) : FaultTable.times(40, 3_000);
    Path script = Files.writeString(dir.resolve("child.py"), CHILD);
    PipeLinkOptions options =
        new PipeLinkOptions()
            .setCommand(List.of("python3", script.toString(), reply, "" + random.nextInt(1 << 30)))
            .setName("child")
            .setCodec("json-lines")
            .setSend("out")
            .setReceive("noise")
            .setReply(reply)
            .setReplyTimeoutMillis(2_000)
            .setRestart("always")
            .setRestartMinMillis(5)
            .setRestartMaxMillis(5);
    try (LinkBridge started = LinkBridge.started(options)) {
      bridge = started;
      long before = usedHeap();
      for (int i = 0; i < AT_ONCE; i++) {
        ask();
      }
      for (int seen = 0; seen < most; seen = answered()) {
        int last = seen;
        Await.until("another answer after " + outcomes, () -> answered() > last);
      }
      enough = true;
      Await.until("all have ended", () -> waiting.isEmpty());
      System.out.println("reply " + reply + ": " + outcomes);
      row.times(asked.get());
      row.lost(wrong.get());
      assertEquals(0, wrong.get(), "answers to another request");
      assertTrue(
          Set.of("OK", "TIMEOUT", "" + IpcBridge.LINK_DOWN, "" + IpcBridge.CODEC)
              .containsAll(outcomes.keySet()),
          outcomes.toString());
      long bound = before + 30_000_000;
      Await.until("no more memory is used than " + bound, () -> usedHeap() < bound);
    }
  }

  private void ask() {
    if (enough) {
      return;
    }
    int n = asked.getAndIncrement();
    waiting.add(n);
    int timeout;
    boolean withId;
    synchronized (lock) {
      timeout = 5 + random.nextInt(400);
      withId = random.nextBoolean();
    }
    JsonObject body = new JsonObject().put("n", n).put("pad", PAD);
    if (withId) {
      body.put("id", (long) n);
    }
    bridge
        .vertx
        .eventBus()
        .<JsonObject>request("out", body, new DeliveryOptions().setSendTimeout(timeout))
        .onComplete(result -> onEnd(n, result));
  }

  private void onEnd(int n, AsyncResult<Message<JsonObject>> result) {
    String outcome = "OK";
    if (result.failed()) {
      ReplyException e = (ReplyException) result.cause();
      boolean late = e.failureType() == ReplyFailure.TIMEOUT;
      outcome = late ? "TIMEOUT" : "" + e.failureCode();
    } else if (n != result.result().body().getInteger("n", -1)) {
      wrong.incrementAndGet();
      outcome = "WRONG";
    }
    outcomes.merge(outcome, 1, Integer::sum);
    if (outcome.equals("OK")) {
      ask();
    } else {
      // A child that is started takes some time.
      bridge.vertx.setTimer(10, id -> ask());
    }
    waiting.remove(n);
  }

  private int answered() {
    return outcomes.getOrDefault("OK", 0);
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
