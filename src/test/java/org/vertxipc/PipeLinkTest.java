package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;

/** Tests child processes on the event bus: real shells and their tools. */
class PipeLinkTest {
  private static PipeLinkOptions link(String... command) {
    return new PipeLinkOptions()
        .setCommand(List.of(command))
        .setName("child")
        .setReceive("in")
        .setEvents("events")
        .setRestart("never");
  }

  private static PipeLinkOptions both(String... command) {
    return link(command).setSend("out");
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).isPresent();
  }

  @Test
  void linesGoInAndComeOut() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(both("tr", "a-z", "A-Z"))) {
      // tr writes when its input ends, or its buffer is full.
      bridge.send("hello");
      bridge.send("wörld");
      Await.get(bridge.bridge().close());
      bridge.awaitReceived(2);
      assertEquals(List.of("HELLO", "WöRLD"), bridge.received);
      JsonObject exited = bridge.awaitEvent("exited");
      assertEquals(0, exited.getInteger("status"));
      assertEquals("child", exited.getString("link"));
      assertFalse(isAlive(bridge.events("started").get(0).getInteger("pid")));
    }
  }

  @Test
  void aChainOfCommandsAndTwoLinksJoined(@TempDir Path dir) throws Exception {
    for (String name : List.of("b", "c", "a")) {
      Files.createFile(dir.resolve(name));
    }
    PipeLinkOptions list =
        link("sh", "-c", "ls -l | sort; echo end >&2")
            .setDirectory(dir.toString())
            .setName("ls")
            .setReceive("names")
            .setStderr("events");
    PipeLinkOptions count = link("cat", "-n").setName("cat").setSend("names");
    try (LinkBridge bridge = LinkBridge.started(count, list)) {
      bridge.awaitReceived(4);
      assertTrue(bridge.received.get(0).toString().startsWith("     1\t"));
      assertTrue(bridge.received.get(3).toString().startsWith("     4\ttotal 0"));
      assertEquals("end", bridge.awaitEvent("stderr").getString("text"));
    }
  }

  @Test
  void theEnvironmentAndNoDescriptorOfOursAreTheChilds(@TempDir Path dir) throws Exception {
    // One that is not close-on-exec would show.
    try (var open = Files.newBufferedReader(Files.createFile(dir.resolve("open")))) {
      PipeLinkOptions options =
          link("sh", "-c", "echo $FLAVOUR $HOME; pwd; exec ls /proc/self/fd")
              .setDirectory(dir.toString())
              .setEnvironment(Map.of("FLAVOUR", "mint", "HOME", "/nowhere"));
      try (LinkBridge bridge = LinkBridge.started(options)) {
        bridge.awaitEvent("exited");
        // ls itself has opened the directory that it lists.
        assertEquals(List.of("mint /nowhere", dir.toString(), "0", "1", "2", "3"), bridge.received);
      }
      assertFalse(open.ready());
    }
  }

  @Test
  void requestsAreAnsweredInTurn() throws Exception {
    PipeLinkOptions options =
        both("sh", "-c", "while read x; do echo \"<$x>\"; done").setReply("turn");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(bridge.vertx.eventBus().<String>request("out", i));
      }
      for (int i = 0; i < 100; i++) {
        assertEquals("<" + i + ">", ((Message<?>) Await.get(answers.get(i))).body());
      }
    }
  }

  @Test
  void requestsAreAnsweredById() throws Exception {
    // Answers the second first, and says something that nobody asked for.
    String script = "read a; read b; echo \"$b\"; echo '{\"news\":1}'; echo \"$a\"; cat";
    PipeLinkOptions options = both("sh", "-c", script).setCodec("json-lines").setReply("id");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      var first = bridge.vertx.eventBus().<JsonObject>request("out", new JsonObject().put("n", 1));
      var second =
          bridge
              .vertx
              .eventBus()
              .<JsonObject>request("out", new JsonObject().put("n", 2).put("id", "mine"));
      assertEquals(2, Await.get(second).body().getInteger("n"));
      assertEquals("mine", Await.get(second).body().getString("id"));
      assertEquals(1, Await.get(first).body().getInteger("n"));
      bridge.awaitReceived(1);
      assertEquals(new JsonObject().put("news", 1), bridge.received.get(0));
      ReplyException e = (ReplyException) Await.failure(bridge.vertx.eventBus().request("out", 7));
      assertTrue(e.getMessage().contains("a request needs a JSON object"), e.getMessage());
    }
  }

  @Test
  void rawBytesAndFramesPassUnchanged() throws Exception {
    byte[] bytes = new byte[300_000];
    new Random(7).nextBytes(bytes);
    try (LinkBridge bridge = LinkBridge.started(both("cat").setCodec("frames"))) {
      bridge.send(Buffer.buffer(bytes));
      bridge.send(Buffer.buffer());
      bridge.awaitReceived(2);
      assertEquals(List.of(Buffer.buffer(bytes), Buffer.buffer()), bridge.received);
    }
    try (LinkBridge bridge = LinkBridge.started(both("cat").setCodec("raw"))) {
      bridge.send(Buffer.buffer(bytes));
      Await.until("all", () -> length(bridge.received) == bytes.length);
      Buffer all = Buffer.buffer();
      bridge.received.forEach(b -> all.appendBuffer((Buffer) b));
      assertEquals(Buffer.buffer(bytes), all);
    }
  }

  private static long length(List<Object> buffers) {
    return buffers.stream().mapToLong(b -> ((Buffer) b).length()).sum();
  }

  @Test
  void badInputIsReportedAndTheRestPasses() throws Exception {
    String script =
        "echo '{\"a\":1}'; echo '{oops'; printf '\"\\377\"\\n'; head -c 3000 /dev/zero | tr '\\0' x;"
            + " echo; echo '[2]'; printf '{no end'";
    PipeLinkOptions options =
        link("sh", "-c", script).setCodec("json-lines").setMaxMessageBytes(1000);
    try (LinkBridge bridge = LinkBridge.started(options)) {
      bridge.awaitEvent("exited");
      assertEquals(2, bridge.received.size(), bridge.received.toString());
      assertEquals(
          List.of(
              "malformed JSON",
              "invalid UTF-8",
              "line of 3001 bytes, at most 1000 are accepted",
              "malformed JSON"),
          bridge.events("bad-input").stream().map(e -> e.getString("reason")).toList());
      assertEquals("{oops", bridge.events("bad-input").get(0).getString("text"));
    }
  }

  @Test
  void aCommandThatIsNotThereFailsTheStart() throws Exception {
    LinkBridge bridge = LinkBridge.of(both("/no/such/command", "x"));
    assertEquals(
        "Link 'child' can't be started: posix_spawn(/no/such/command x) failed: No such file or"
            + " directory (ENOENT)",
        bridge.startFailure());
    bridge.close();
    LinkBridge other = LinkBridge.of(both("cat").setDirectory("/no/where"));
    assertTrue(other.startFailure().contains("posix_spawn(cat in /no/where) failed"));
    other.close();
  }

  @Test
  void aChildThatExitsAtOnceIsStartedAgainLaterAndLater() throws Exception {
    PipeLinkOptions options =
        both("sh", "-c", "echo up; exit 3")
            .setReply("turn")
            .setRestart("on-failure")
            .setRestartMinMillis(20)
            .setRestartMaxMillis(100);
    try (LinkBridge bridge = LinkBridge.started(options)) {
      Await.until("five starts", () -> bridge.events("started").size() >= 5);
      assertEquals(3, bridge.events("exited").get(0).getInteger("status"));
      assertEquals(
          List.of(20, 40, 80, 100),
          bridge.events("restarting").stream()
              .limit(4)
              .map(e -> e.getInteger("inMillis"))
              .toList());
    }
  }

  @Test
  void withoutAFailureItIsNotStartedAgain() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(both("true").setRestart("on-failure"))) {
      bridge.awaitEvent("exited");
      ReplyException e =
          (ReplyException) Await.failure(bridge.vertx.eventBus().request("out", "x"));
      assertEquals(IpcBridge.LINK_DOWN, e.failureCode());
      assertEquals("Link 'child' is down", e.getMessage());
      assertEquals(1, bridge.events("started").size());
    }
  }

  @Test
  void aSignalEndsItAndFailsWhatWaits() throws Exception {
    PipeLinkOptions options = both("sh", "-c", "read x; kill -SEGV $$").setReply("turn");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      ReplyException e =
          (ReplyException) Await.failure(bridge.vertx.eventBus().request("out", "x"));
      assertEquals("Link 'child': its process was ended by signal 11", e.getMessage());
      assertEquals(11, bridge.awaitEvent("exited").getInteger("signal"));
    }
  }

  @Test
  void aChildThatClosesItsInputIsReported() throws Exception {
    try (LinkBridge bridge =
        LinkBridge.started(both("sh", "-c", "exec <&-; echo closed; sleep 1"))) {
      bridge.awaitReceived(1);
      bridge.send("x".repeat(100_000));
      assertTrue(bridge.awaitEvent("broken-pipe").containsKey("reason"));
    }
  }

  @Test
  void aChildThatNeverReadsBoundsWhatWaits() throws Exception {
    for (String overflow : List.of("fail", "drop-oldest", "block")) {
      PipeLinkOptions options =
          both("sleep", "1000")
              .setReply("turn")
              .setSendQueueBytes(100_000)
              .setOverflow(overflow)
              .setEofMillis(50);
      try (LinkBridge bridge = LinkBridge.started(options)) {
        String text = "x".repeat(10_000);
        int pid = bridge.awaitEvent("started").getInteger("pid");
        List<Future<?>> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          requests.add(bridge.vertx.eventBus().request("out", text));
        }
        if (overflow.equals("fail")) {
          ReplyException e = (ReplyException) Await.failure(requests.get(99));
          assertEquals(IpcBridge.QUEUE_FULL, e.failureCode());
          assertTrue(e.getMessage().startsWith("Too much waits for link 'child': "));
          bridge.awaitEvent("overflow");
          assertFalse(requests.get(0).isComplete(), "waits in the pipe");
        } else if (overflow.equals("drop-oldest")) {
          bridge.awaitEvent("dropped");
          assertFalse(requests.get(99).isComplete());
        }
        bridge.bridge().close();
        // It does not read, so it does not see the end of its input either: SIGTERM ends it.
        assertEquals(15, bridge.awaitEvent("exited").getInteger("signal"));
        assertFalse(isAlive(pid));
        assertTrue(bridge.events("signalled").size() == 1, bridge.events.toString());
      }
    }
  }

  @Test
  void whoIgnoresSigtermIsKilledWithAllItStarted(@TempDir Path dir) throws Exception {
    String script = "trap '' TERM; sleep 1000 & echo $! > pid; echo up; while :; do sleep 1; done";
    PipeLinkOptions options =
        link("sh", "-c", script).setDirectory(dir.toString()).setEofMillis(20).setTermMillis(100);
    LinkBridge bridge = LinkBridge.started(options);
    bridge.awaitReceived(1);
    bridge.close();
    assertEquals(9, bridge.awaitEvent("exited").getInteger("signal"));
    long grandchild = Long.parseLong(Files.readString(dir.resolve("pid")).strip());
    Await.until("killed", () -> !isRunning(grandchild));
  }

  /** Not even as a zombie that waits for another parent to take note. */
  private static boolean isRunning(long pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aChildThatFloodsStarvesNobody() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(link("yes").setReceive("flood"))) {
      AtomicLong count = new AtomicLong();
      bridge.vertx.eventBus().consumer("flood", m -> count.incrementAndGet());
      Await.until("a flood", () -> count.get() > 100_000);
      bridge.bridge().pause();
      // What is under way comes to an end: then nothing more comes, and memory is bounded.
      long[] last = {-1};
      Await.until("paused", () -> last[0] == (last[0] = settled(count)));
      assertTrue(isAlive(bridge.awaitEvent("started").getInteger("pid")));
      bridge.bridge().resume();
      long before = count.get();
      Await.until("resumed", () -> count.get() > before);
    }
  }

  private static long settled(AtomicLong count) {
    long now = count.get();
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return now == count.get() ? now : -2;
  }
}
