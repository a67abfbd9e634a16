package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageProducer;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;

/** Several links write to one FIFO, which is read late. */
class FifoSharedTest {
  private static final int BYTES = 2_000_000;

  @TempDir Path dir;

  private LinkBridge writer(boolean nativeTransport) throws Exception {
    return LinkBridge.started(
        nativeTransport,
        new FifoLinkOptions()
            .setWrite(dir.resolve("fifo").toString())
            .setName("link")
            .setCodec("lines")
            .setSend("out")
            .setSendQueueBytes(2 * BYTES));
  }

  private static String line(String writer, int number, int length) {
    String start = writer + " " + number + " ";
    return start + "-".repeat(length - start.length());
  }

  private static Future<Void> send(LinkBridge bridge, String writer, int length) {
    MessageProducer<String> producer = bridge.vertx.eventBus().sender("out");
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < BYTES / length; i++) {
      all.add(producer.write(line(writer, i, length)));
    }
    return Future.all(all).mapEmpty();
  }

  /** A message that is as long as what the kernel writes in one piece is the longest of these. */
  @ParameterizedTest
  @ValueSource(ints = {97, 1_500, 4_095})
  void linesOfSeveralWritersDoNotMix(int length) throws Exception {
    try (LinkBridge one = writer(true);
        LinkBridge other = writer(false)) {
      // The FIFO is full then, and the rest waits: the writers have to gather.
      Await.get(Future.all(send(one, "one", length), send(other, "other", length)));
      TreeSet<String> expected = new TreeSet<>();
      for (int i = 0; i < BYTES / length; i++) {
        expected.add(line("one", i, length));
        expected.add(line("other", i, length));
      }
      try (BufferedReader reader =
          Files.newBufferedReader(dir.resolve("fifo"), StandardCharsets.US_ASCII)) {
        for (int i = 0; i < 2 * (BYTES / length); i++) {
          String line = reader.readLine();
          assertEquals(true, expected.remove(line), () -> "mixed, or twice: " + line);
        }
      }
    }
  }
}
