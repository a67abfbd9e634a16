package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;

/** One writer of a FIFO after the other, each with a stream of its own. */
class FifoWritersTest {
  @TempDir Path dir;

  private FifoLinkOptions link(String codec) {
    return new FifoLinkOptions()
        .setRead(dir.resolve("fifo").toString())
        .setName("link")
        .setCodec(codec)
        .setReceive("in")
        .setEvents("events");
  }

  /** Writes as one writer, which comes and goes. */
  private void write(String text) throws IOException {
    Files.write(dir.resolve("fifo"), text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAWriterLeavesWithoutAnEndIsNotTheStartOfTheNext(boolean nativeTransport)
      throws Exception {
    try (LinkBridge bridge = LinkBridge.started(nativeTransport, link("lines"))) {
      List<Object> expected = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        write("\ufeffwhole " + i + "\nhalf " + i);
        expected.addAll(List.of("whole " + i, "half " + i));
        bridge.awaitReceived(expected.size());
      }
      assertEquals(expected, bridge.received);
      assertEquals(List.of(), bridge.events);
    }
    try (LinkBridge bridge = LinkBridge.started(nativeTransport, link("json-lines"))) {
      write("{\"half\":");
      assertEquals("{\"half\":", bridge.awaitEvent("bad-input").getString("text"));
      write("1}\n2");
      bridge.awaitReceived(1);
      assertEquals(List.of(2), bridge.received);
      assertEquals(2, bridge.events("bad-input").size());
    }
    try (LinkBridge bridge = LinkBridge.started(nativeTransport, link("frames"))) {
      write("\5\0\0\0half");
      assertEquals("frame without its end", bridge.awaitEvent("bad-input").getString("reason"));
      write("\1\0\0\0a");
      bridge.awaitReceived(1);
      assertEquals(List.of(Buffer.buffer("a")), bridge.received);
    }
  }

  /** The end of a writer is seen too when it goes while nothing is read. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWriterThatGoesDuringAPauseIsMissedToo(boolean nativeTransport) throws Exception {
    try (LinkBridge bridge = LinkBridge.started(nativeTransport, link("lines"))) {
      try (RandomAccessFile writer = new RandomAccessFile(dir.resolve("fifo").toFile(), "rw")) {
        writer.write("first\nha".getBytes(StandardCharsets.UTF_8));
        bridge.awaitReceived(1);
        bridge.bridge().pause();
        writer.write("lf".getBytes(StandardCharsets.UTF_8));
      }
      bridge.bridge().resume();
      bridge.awaitReceived(2);
      write("next\n");
      bridge.awaitReceived(3);
      assertEquals(List.of("first", "half", "next"), bridge.received);
    }
  }

  @Test
  void writersLeaveNoDescriptorBehindAndAPauseIsOne() throws Exception {
    try (LinkBridge bridge = LinkBridge.started(link("lines"))) {
      write("first\n");
      bridge.awaitReceived(1);
      int before = descriptors();
      for (int i = 0; i < 100; i++) {
        write(i + "\n");
      }
      bridge.awaitReceived(101);
      Await.until("closed", () -> descriptors() <= before);
      bridge.bridge().pause();
      // On the link's context the pause comes before what is asked next.
      Await.failure(bridge.vertx.eventBus().request("nobody", ""));
      for (int i = 0; i < 100; i++) {
        write(i + "\n");
      }
      Await.until("closed", () -> descriptors() <= before);
      assertEquals(101, bridge.received.size());
      bridge.bridge().resume();
      bridge.awaitReceived(201);
    }
  }

  /** The descriptors of this process that are this FIFO. */
  private int descriptors() {
    int count = 0;
    for (String fd : Path.of("/proc/self/fd").toFile().list()) {
      count += leadsToTheFifo(Path.of("/proc/self/fd", fd)) ? 1 : 0;
    }
    return count;
  }

  private boolean leadsToTheFifo(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(dir.toAbsolutePath().resolve("fifo"));
    } catch (IOException e) {
      // It has been closed since it was listed.
      return false;
    }
  }
}
