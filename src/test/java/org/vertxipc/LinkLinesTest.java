package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.options.LinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.Processes;

/** What programs print that nobody here wrote, over each link that reads a stream. */
class LinkLinesTest {
  @TempDir Path dir;

  private LinkBridge bridge;

  /** Starts a link from a shell, which prints. */
  private LinkBridge hears(String type, String codec, boolean keepReturns, String script)
      throws Exception {
    if (type.equals("pipe")) {
      PipeLinkOptions pipe =
          common(new PipeLinkOptions(), codec)
              .setCommand(List.of("sh", "-c", script + "; exec cat"))
              .setKeepCarriageReturn(keepReturns);
      bridge = LinkBridge.started(pipe);
    } else {
      FifoLinkOptions fifo =
          common(new FifoLinkOptions(), codec)
              .setRead(dir.resolve("fifo").toString())
              .setKeepCarriageReturn(keepReturns);
      bridge = LinkBridge.started(fifo);
      print(script);
    }
    return bridge;
  }

  private static <S extends LinkOptions<S>> S common(S options, String codec) {
    return options.setName("link").setCodec(codec).setReceive("in").setEvents("events");
  }

  private void print(String script) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "(" + script + ") > fifo").directory(dir.toFile()).start();
    assertEquals("", Processes.output(shell));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo"})
  void aLineBreakIsNoPartOfTheLineWhicheverItIs(String type) throws Exception {
    String script = "printf 'a\\r\\nb\\n\\r\\n\\r\\r\\nc\\rd\\r\\nend\\n'";
    try (LinkBridge bridge = hears(type, "lines", false, script)) {
      bridge.awaitReceived(6);
      assertEquals(List.of("a", "b", "", "\r", "c\rd", "end"), bridge.received);
    }
    try (LinkBridge bridge = hears(type, "lines", true, script)) {
      bridge.awaitReceived(6);
      assertEquals(List.of("a\r", "b", "\r", "\r\r", "c\rd\r", "end"), bridge.received);
    }
    try (LinkBridge bridge = hears(type, "json-lines", false, "printf '1\\r\\n\"x\"\\r\\n3\\n'")) {
      bridge.awaitReceived(3);
      assertEquals(List.of(1, "x", 3), bridge.received);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo"})
  void aMarkAtTheStartOfTheStreamIsSkipped(String type) throws Exception {
    // Only the first is one; and two that are none.
    String script = "printf '\\357\\273\\277a\\n\\357\\273\\277b\\n'";
    try (LinkBridge bridge = hears(type, "lines", false, script)) {
      bridge.awaitReceived(2);
      assertEquals(List.of("a", "\ufeffb"), bridge.received);
    }
    try (LinkBridge bridge =
        hears(type, "json-lines", false, "printf '\\357\\273\\277[1]\\n2\\n'")) {
      bridge.awaitReceived(2);
      assertEquals("[[1], 2]", bridge.received.toString());
      assertEquals(List.of(), bridge.events("bad-input"));
    }
    try (LinkBridge bridge = hears(type, "raw", false, "printf '\\357\\273\\277a'")) {
      bridge.awaitReceived(1);
      assertEquals(List.of(Buffer.buffer("\ufeffa")), bridge.received);
    }
  }

  /** A child that is started again begins another stream, and so does the next writer of a FIFO. */
  @Test
  void eachStreamMayBeginWithAMark() throws Exception {
    String script = "printf '\\357\\273\\277a\\n'";
    PipeLinkOptions again =
        common(new PipeLinkOptions(), "lines")
            .setCommand(List.of("sh", "-c", script))
            .setRestart("always")
            .setRestartMinMillis(10);
    try (LinkBridge bridge = LinkBridge.started(again)) {
      bridge.awaitReceived(2);
      assertEquals(List.of("a", "a"), bridge.received.subList(0, 2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo"})
  void blankLinesAreNoMessagesOfJson(String type) throws Exception {
    String script = "printf '\\n1\\n\\r\\n \\t\\n2\\n\\n'";
    try (LinkBridge bridge = hears(type, "json-lines", false, script)) {
      bridge.awaitReceived(2);
      assertEquals(List.of(1, 2), bridge.received);
      assertEquals(List.of(), bridge.events("bad-input"));
    }
  }

  @Test
  void whatIsLeftAtTheEndOfAPipeIsALine() throws Exception {
    for (String codec : List.of("lines", "json-lines")) {
      PipeLinkOptions pipe =
          common(new PipeLinkOptions(), codec)
              .setCommand(List.of("sh", "-c", "printf '17\\n42'; printf oops >&2"))
              .setStderr("events")
              .setRestart("never");
      try (LinkBridge bridge = LinkBridge.started(pipe)) {
        bridge.awaitEvent("exited");
        bridge.awaitReceived(2);
        assertEquals("[17, 42]", bridge.received.toString());
        assertEquals(List.of(), bridge.events("bad-input"));
        assertEquals("oops", bridge.awaitEvent("stderr").getString("text"));
      }
    }
    // It has closed its output, and lives on.
    PipeLinkOptions open =
        common(new PipeLinkOptions(), "lines")
            .setCommand(List.of("sh", "-c", "printf hello; exec sleep 1000 > /dev/null"))
            .setEofMillis(1);
    try (LinkBridge bridge = LinkBridge.started(open)) {
      bridge.awaitReceived(1);
      assertEquals(List.of("hello"), bridge.received);
    }
    PipeLinkOptions frames =
        common(new PipeLinkOptions(), "frames")
            .setCommand(List.of("sh", "-c", "printf '\\002\\000\\000\\000ab\\003\\000\\000\\000a'"))
            .setRestart("never");
    try (LinkBridge bridge = LinkBridge.started(frames)) {
      assertEquals("frame without its end", bridge.awaitEvent("bad-input").getString("reason"));
      assertTrue(bridge.received.contains(Buffer.buffer("ab")));
    }
  }
}
