package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.Processes;

/** FIFOs on the event bus, and real shells that write to them and read from them. */
class FifoLinkTest {
  @TempDir Path dir;

  private String path(String name) {
    return dir.resolve(name).toString();
  }

  private Path fifo() {
    return dir.resolve("orders.fifo");
  }

  private FifoLinkOptions reading() {
    return new FifoLinkOptions()
        .setRead(fifo().toString())
        .setName("orders")
        .setReceive("in")
        .setEvents("events");
  }

  private FifoLinkOptions writing() {
    return new FifoLinkOptions()
        .setWrite(fifo().toString())
        .setName("orders")
        .setSend("out")
        .setEvents("events");
  }

  private Process start(String script) throws IOException {
    return new ProcessBuilder("sh", "-c", script)
        .directory(dir.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private String sh(String script) throws Exception {
    return Processes.output(start(script));
  }

  @Test
  void whatAShellEchoesIsAMessage() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(reading().setCodec("json-lines"))) {
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(fifo())));
      sh("echo '{\"sku\":7}' > orders.fifo");
      bridge.awaitReceived(1);
      // Writers come and go: there is no end, and no storm.
      for (int i = 0; i < 20; i++) {
        sh("echo " + i + " > orders.fifo");
      }
      bridge.awaitReceived(21);
      assertEquals(new JsonObject().put("sku", 7), bridge.received.get(0));
      assertEquals(19, bridge.received.get(20));
      assertEquals(List.of(), bridge.events);
    }
    assertFalse(Files.exists(fifo()), "removed by who made it");
  }

  @Test
  void linesOfSeveralWritersDoNotMix() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(reading())) {
      // 4096 bytes with the line break: the longest that the kernel writes in one piece.
      String script =
          "i=0; l=$(head -c 4089 /dev/zero | tr '\\0' NAME); "
              + "while [ $i -lt 300 ]; do printf 'NAME %04d%s\\n' $i $l; i=$((i+1)); done"
              + " > orders.fifo";
      List<Process> writers = new ArrayList<>();
      for (String name : List.of("a", "b", "c")) {
        writers.add(start(script.replace("NAME", name)));
      }
      for (Process writer : writers) {
        assertEquals(0, writer.waitFor());
      }
      bridge.awaitReceived(900);
      Set<Object> seen = new HashSet<>();
      for (Object line : bridge.received) {
        String text = (String) line;
        assertEquals(4095, text.length());
        assertEquals(
            text.substring(0, 1).repeat(4089), text.substring(6), "bytes of one writer only");
        assertTrue(seen.add(text.substring(0, 6)), "each once");
      }
      assertEquals(List.of(), bridge.events("bad-input"));
    }
  }

  @Test
  void aLineBeyondPipeBufIsReportedAndNotDelivered() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(reading())) {
      sh("(echo before; head -c 10000 /dev/zero | tr '\\0' x; echo; echo after) > orders.fifo");
      bridge.awaitReceived(2);
      assertEquals(List.of("before", "after"), bridge.received);
      assertEquals(
          "line of 10001 bytes, at most 4096 are accepted",
          bridge.awaitEvent("bad-input").getString("reason"));
    }
  }

  @Test
  void readersComeAndGoAndNothingIsLost() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(writing())) {
      bridge.send("nobody is here yet");
      assertEquals("nobody is here yet\n", sh("head -n 1 orders.fifo"));
      for (int i = 0; i < 5; i++) {
        // dd takes what it is told to, where head would read ahead and drop it.
        bridge.send("line " + i);
        assertEquals("line " + i + "\n", sh("dd if=orders.fifo bs=7 count=1 2>/dev/null"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"block", "drop-oldest", "fail"})
  void aMissingReaderAppliesBackPressure(String overflow) throws Exception {
    FifoLinkOptions options = writing().setOverflow(overflow).setSendQueueBytes(20_000);
    int n = 400;
    try (LinkBridge bridge = LinkBridge.started(options)) {
      for (int i = 0; i < n; i++) {
        bridge.send(String.format("%04d%s", i, "x".repeat(1000)));
      }
      if (overflow.equals("fail")) {
        bridge.awaitEvent("overflow");
      } else if (overflow.equals("drop-oldest")) {
        bridge.awaitEvent("dropped");
      }
      Process reader = start("cat orders.fifo");
      List<Integer> got = new ArrayList<>();
      try (var lines = reader.inputReader(StandardCharsets.UTF_8)) {
        int last = -1;
        while (last < n - 1 && (!overflow.equals("fail") || got.size() < 60)) {
          last = Integer.parseInt(lines.readLine().substring(0, 4));
          got.add(last);
        }
      } finally {
        reader.destroy();
      }
      assertEquals(got.stream().sorted().toList(), got, "in order");
      if (overflow.equals("block")) {
        assertEquals(n, got.size(), "nothing is lost");
      } else {
        assertNotEquals(n, got.size());
        assertTrue(got.size() >= 60, "what the pipe and the queue hold: " + got.size());
      }
    }
  }

  @Test
  void aShellAnswersRequestsOverTwoFifos() throws Exception {
    FifoLinkOptions options =
        writing()
            .setWrite(dir.resolve("to").toString())
            .setRead(dir.resolve("from").toString())
            .setReply("turn");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      Process shell = start("while read x; do echo \"<$x>\"; done < to > from");
      try {
        List<Future<Message<Object>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          answers.add(bridge.vertx.eventBus().request("out", i));
        }
        for (int i = 0; i < 50; i++) {
          assertEquals("<" + i + ">", Await.get(answers.get(i)).body());
        }
      } finally {
        shell.destroy();
      }
    }
  }

  @Test
  void whatIsNoFifoIsRefusedAndKept() throws Exception {
    Files.writeString(fifo(), "precious");
    LinkBridge bridge = LinkBridge.of(reading());
    assertEquals(
        "Link 'orders' can't be started: " + fifo() + " is a regular file, expected a FIFO",
        bridge.startFailure());
    bridge.close();
    assertEquals("precious", Files.readString(fifo()));

    LinkBridge nowhere = LinkBridge.of(reading().setRead(dir + "/no/where"));
    assertEquals(
        "Link 'orders' can't be started: mkfifo("
            + dir
            + "/no/where) failed: No such file or directory (ENOENT)",
        nowhere.startFailure());
    nowhere.close();
    LinkBridge absent = LinkBridge.of(reading().setCreate(false).setRead(dir + "/absent"));
    assertTrue(absent.startFailure().contains("open(" + dir + "/absent) failed: No such file"));
    absent.close();
  }

  @Test
  void whatWasThereStaysThere() throws Exception {
    sh("mkfifo -m 600 orders.fifo");
    try (LinkBridge bridge = LinkBridge.started(reading())) {
      sh("echo hi > orders.fifo");
      bridge.awaitReceived(1);
    }
    assertTrue(Files.exists(fifo()));
  }

  @Test
  void messagesThatCanNotBeSaidFail() throws Exception {
    FifoLinkOptions options = writing().setRead(dir + "/back").setReply("turn");
    try (LinkBridge bridge = LinkBridge.started(options)) {
      assertFailure(bridge, "two\nlines", IpcBridge.CODEC, "a line can't contain a line break");
      assertFailure(
          bridge, "x".repeat(4096), IpcBridge.TOO_LARGE, "takes 4097 bytes, at most 4096 are");
      // A plain send gets no failure, but an event reports it.
      bridge.send("two\nlines");
      assertTrue(bridge.awaitEvent("refused").getString("reason").contains("a line break"));
    }
    FifoLinkOptions silent = reading().setName("r").setWrite(dir + "/r").setSend("out");
    try (LinkBridge bridge = LinkBridge.started(silent)) {
      assertFailure(bridge, "answer me", IpcBridge.CODEC, "Link 'r' answers no requests");
    }
  }

  private static void assertFailure(LinkBridge bridge, Object body, int code, String text)
      throws Exception {
    ReplyException e = (ReplyException) Await.failure(bridge.vertx.eventBus().request("out", body));
    assertEquals(code, e.failureCode());
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @Test
  void onlyOneLinkReadsAFifo() throws Exception {
    FifoLinkOptions first = new FifoLinkOptions().setName("first").setRead(path("in"));
    FifoLinkOptions second = new FifoLinkOptions().setName("second").setRead(path("in"));
    try (LinkBridge bridge = LinkBridge.started(first)) {
      LinkBridge other = LinkBridge.of(second);
      String failure = other.startFailure();
      assertTrue(
          failure.startsWith("Link 'second' can't be started: ")
              && failure.contains("is read by another link"),
          failure);
      other.close();
      assertTrue(Files.exists(Path.of(path("in"))), "the first still has it");
      assertEquals(0, bridge.events("failed").size());
    }
    assertFalse(Files.exists(Path.of(path("in"))), "who made it removes it");
    LinkBridge.started(second).close();
    LinkBridge both = LinkBridge.of(first, second);
    assertTrue(both.startFailure().contains("is read by another link"));
    both.close();
  }

  @Test
  void aFifoThatAnotherLinkWritesToIsNotRemoved() throws Exception {
    FifoLinkOptions writing = new FifoLinkOptions().setWrite(path("out")).setSend("out");
    LinkBridge maker = LinkBridge.started(writing);
    try (LinkBridge other = LinkBridge.started(writing)) {
      maker.close();
      assertTrue(Files.exists(Path.of(path("out"))), "the other has it open");
      other.send("on");
      Process reader = new ProcessBuilder("head", "-n", "1", path("out")).start();
      assertEquals("on\n", Processes.output(reader));
    }
  }
}
