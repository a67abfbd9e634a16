package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.NodeProcess;

/** Journals on the event bus: recorded, replayed, and followed by another process. */
class JournalLinkTest {
  @TempDir Path temp;

  private JournalLinkOptions link() {
    return new JournalLinkOptions()
        .setName("log")
        .setDirectory(temp.resolve("log").toString())
        .setFileBytes(1 << 16)
        .setCodec("json-lines")
        .setEvents("events");
  }

  private JournalLinkOptions recording() {
    return link().setSend("out");
  }

  private JournalLinkOptions replaying() {
    return link().setName("replay").setReceive("in");
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private List<Long> record(LinkBridge bridge, int from, int to) throws Exception {
    List<Long> positions = new ArrayList<>();
    for (int i = from; i < to; i++) {
      positions.add((Long) bridge.request(i));
    }
    return positions;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "interval", "message"})
  void whatIsRecordedIsReplayedFromAnywhere(String fsync) throws Exception {
    List<Long> positions;
    try (LinkBridge bridge = LinkBridge.started(recording().setFsync(fsync).setFsyncMillis(5))) {
      positions = record(bridge, 0, 50);
    }
    try (LinkBridge bridge = LinkBridge.started(replaying())) {
      bridge.awaitReceived(50);
      assertEquals(numbers(0, 50), bridge.received);
    }
    try (LinkBridge bridge =
        LinkBridge.started(replaying().setFrom(positions.get(20).toString()))) {
      bridge.awaitReceived(30);
      assertEquals(numbers(20, 50), bridge.received);
    }
    LinkBridge wrong = LinkBridge.of(replaying().setFrom("65"));
    assertTrue(wrong.startFailure().contains("No record of the journal in"));
    wrong.close();
  }

  @Test
  void filesFollowEachOtherAndTheOldestGo() throws Exception {
    int n = 20_000;
    JournalLinkOptions options = recording().setRetainFiles(3);
    List<Object> seen = new CopyOnWriteArrayList<>();
    try (LinkBridge bridge = LinkBridge.started(options, replaying().setFrom("end"))) {
      for (int i = 0; i < n; i++) {
        bridge.send(i);
        if (i % 500 == 0) {
          // So that the follower is not left behind by the files that go.
          int sent = i;
          Await.until("followed", () -> bridge.received.size() > sent);
        }
      }
      bridge.awaitReceived(n);
      assertEquals(numbers(0, n), bridge.received);
      assertTrue(bridge.events("rotated").size() > 5);
      Await.until("the oldest went", () -> files() <= 4);
      seen.addAll(bridge.events("bad-input"));
    }
    assertEquals(List.of(), seen);
  }

  private int files() {
    try (var files = Files.list(temp.resolve("log"))) {
      return (int) files.filter(f -> f.toString().endsWith(".journal")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReplayKeepsThePaceOfTheRecording() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(recording())) {
      record(bridge, 0, 3);
      Thread.sleep(600);
      record(bridge, 3, 6);
    }
    long start = System.nanoTime();
    try (LinkBridge bridge = LinkBridge.started(replaying().setPace("recorded"))) {
      bridge.awaitReceived(6);
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 500, "took " + millis + " ms");
      assertEquals(numbers(0, 6), bridge.received);
    }
  }

  @Test
  void anotherProcessFollowsLiveAndAKillLosesNothing() throws Exception {
    try (LinkBridge follower = LinkBridge.of(replaying())) {
      JsonObject config = new IpcBridgeOptions().addLink(recording()).toJson();
      NodeProcess writer = NodeProcess.spawn(config, true);
      writer.call("start");
      Await.get(follower.bridge().start());
      List<Integer> acknowledged = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        writer.call("request", "out", i);
        acknowledged.add(i);
      }
      writer.kill();
      follower.awaitReceived(200);
      assertEquals(acknowledged, follower.received);
      // The next writer continues the journal.
      try (LinkBridge next = LinkBridge.started(recording())) {
        record(next, 200, 210);
        follower.awaitReceived(210);
      }
    }
  }

  @Test
  void badInputIsRefused() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(recording().setMaxMessageBytes(100))) {
      ReplyException e =
          (ReplyException) Await.failure(bridge.vertx.eventBus().request("out", "x".repeat(200)));
      assertEquals(IpcBridge.TOO_LARGE, e.failureCode());
      assertEquals("A message of 202 bytes can't be recorded, expected 1 to 100", e.getMessage());
      LinkBridge second = LinkBridge.of(recording());
      assertTrue(second.startFailure().endsWith("already has a writer"));
      second.close();
    }
    LinkBridge nothing = LinkBridge.of(replaying().setDirectory(temp.resolve("no").toString()));
    assertEquals(
        "Link 'replay' can't be started: There is no journal in " + temp.resolve("no"),
        nothing.startFailure());
    nothing.close();
  }
}
