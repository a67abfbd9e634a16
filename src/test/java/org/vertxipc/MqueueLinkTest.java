package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;

/** Tests named message queues on the event bus; the other side here uses plain system calls. */
class MqueueLinkTest {
  private final String name = "/vertx-ipc-test-" + ProcessHandle.current().pid();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(8192);

  @AfterEach
  void remove() throws Exception {
    MessageQueue.unlink(name);
  }

  private MqueueLinkOptions link() {
    return new MqueueLinkOptions().setName("queue").setEvents("events");
  }

  private void send(MessageQueue queue, String text, int priority) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    buffer.put(0, bytes);
    assertTrue(queue.send(Posix.address(buffer), bytes.length, priority));
  }

  private String receive(MessageQueue queue) throws Exception {
    int[] length = {Posix.WOULD_BLOCK};
    Await.until(
        "a message",
        () -> {
          try {
            length[0] = queue.receive(Posix.address(buffer));
          } catch (PosixException e) {
            throw new AssertionError(e);
          }
          return length[0] != Posix.WOULD_BLOCK;
        });
    byte[] bytes = new byte[length[0]];
    buffer.get(0, bytes);
    return queue.priority() + " " + new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void messagesOfAProgramComeInWithTheirPriority() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    MessageQueue queue = MessageQueue.create(name, Posix.O_WRONLY, 0600, 10, 100);
    for (int i = 0; i < 3; i++) {
      send(queue, "{\"n\":" + i + "}", i);
    }
    send(queue, "no json", 9);
    MqueueLinkOptions options = link().setRead(name).setReceive("seen").setCodec("json-lines");
    LinkBridge bridge = LinkBridge.of(options);
    try (bridge) {
      bridge
          .vertx
          .eventBus()
          .<JsonObject>consumer(
              "seen",
              m -> seen.add(m.headers().get(IpcBridge.PRIORITY_HEADER) + m.body().getInteger("n")));
      Await.get(bridge.bridge().start());
      Await.until("all", () -> seen.size() == 3);
      assertEquals(List.of("22", "11", "00"), seen, "the most urgent first");
      assertEquals("malformed JSON", bridge.awaitEvent("bad-input").getString("reason"));
    }
    MessageQueue.open(name, Posix.O_RDONLY).close();
    queue.close();
  }

  @Test
  void messagesGoOutByPriorityAlsoWhenTheQueueIsFull() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(link().setWrite(name).setSend("out"))) {
      int n = 30;
      for (int i = 0; i < n; i++) {
        bridge.send("low " + i);
      }
      bridge
          .vertx
          .eventBus()
          .send("out", "high", new DeliveryOptions().addHeader(IpcBridge.PRIORITY_HEADER, "7"));
      // Refused on the same context after the others: they are in the queue, or wait for it.
      Await.failure(bridge.vertx.eventBus().request("out", "no answer"));
      MessageQueue queue = MessageQueue.open(name, Posix.O_RDONLY);
      assertEquals(10, queued(queue));
      List<String> got = new ArrayList<>();
      for (int i = 0; i <= n; i++) {
        got.add(receive(queue));
      }
      queue.close();
      int high = got.indexOf("7 high");
      assertTrue(high >= 0 && high <= 20, "at " + high);
      got.remove(high);
      for (int i = 0; i < n; i++) {
        assertEquals("0 low " + i, got.get(i));
      }
    }
    assertThrows(PosixException.class, () -> MessageQueue.open(name, Posix.O_RDONLY));
  }

  private static int queued(MessageQueue queue) {
    try {
      return queue.queued();
    } catch (PosixException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoLinksOfTwoProcessesExchangeBytes() throws Exception {
    Buffer bytes = Buffer.buffer(new byte[] {0, -1, 10, 13});
    LinkBridge reader = LinkBridge.started(link().setRead(name).setReceive("in").setCodec("raw"));
    LinkBridge writer = LinkBridge.started(link().setWrite(name).setSend("out").setCodec("raw"));
    writer.send(bytes);
    writer.send(Buffer.buffer());
    reader.awaitReceived(2);
    assertEquals(List.of(bytes, Buffer.buffer()), reader.received);
    writer.close();
    reader.close();
  }

  @Test
  void aQueueWithOtherAttributesIsRefused() throws Exception {
    MessageQueue.create(name, Posix.O_RDONLY, 0600, 5, 64).close();
    LinkBridge bridge =
        LinkBridge.of(link().setWrite(name).setSend("out").setMaxMessages(10).setMessageBytes(64));
    assertEquals(
        "Link 'queue' can't be started: Message queue "
            + name
            + " exists, for 5 messages of 64 bytes, but maxMessages 10 and messageBytes 64 are"
            + " configured",
        bridge.startFailure());
    bridge.close();
    LinkBridge absent =
        LinkBridge.of(link().setRead("/vertx-ipc-absent").setReceive("in").setCreate(false));
    assertEquals(
        "Link 'queue' can't be started: mq_open(/vertx-ipc-absent) failed: No such file or"
            + " directory (ENOENT)",
        absent.startFailure());
    absent.close();
    MessageQueue.open(name, Posix.O_RDONLY).close();
  }

  @Test
  void whatIsLongerThanTheQueueAllowsFails() throws Exception {
    MqueueLinkOptions options =
        link()
            .setWrite(name)
            .setRead(name + "-back")
            .setSend("out")
            .setReply("turn")
            .setMessageBytes(64);
    try (LinkBridge bridge = LinkBridge.started(options)) {
      String e = Await.failure(bridge.vertx.eventBus().request("out", "x".repeat(65))).getMessage();
      assertEquals(
          "A message to link 'queue' takes 65 bytes, at most 64 are configured"
              + " (maxMessageBytes)",
          e);
      MessageQueue there = MessageQueue.open(name, Posix.O_RDONLY);
      MessageQueue back = MessageQueue.open(name + "-back", Posix.O_WRONLY);
      var answer = bridge.vertx.eventBus().request("out", "question");
      assertEquals("0 question", receive(there));
      send(back, "answer", 0);
      assertEquals("answer", Await.get(answer).body());
      there.close();
      back.close();
    }
  }
}
