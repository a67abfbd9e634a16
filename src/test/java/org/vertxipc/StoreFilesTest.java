package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;

/** Files of stores that are damaged, removed, or no longer needed. */
@OnOneJdk
class StoreFilesTest extends StoreFixture {
  @Test
  void aTornFileIsMendedAndWhatIsNoStoreIsPutAside() throws Exception {
    prepareReaders(4);
    IpcBridge bridge = writer();
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    node.kill();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    IpcProducer producer = bridge.sender("t.record");
    Await.until("absent", () -> failure(vertx.eventBus().request("t.record", 1)).contains("down"));
    for (int i = 0; i < 10; i++) {
      Await.get(producer.write("message number " + i));
    }
    Await.get(bridge.close());
    Path file = bus.store().resolve("reader").resolve("writer.store");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // A page that was never written, in the middle of the eighth message.
      byte[] bytes = Files.readAllBytes(file);
      int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("number 7");
      channel.write(ByteBuffer.allocate(40), at);
    }
    NodeProcess again = reader();
    Await.until("the rest", () -> again.count("t.record") == 7);
    assertEquals("message number 6", again.received("t.record").getString(6));
    again.close();

    for (int size : new int[] {100, 1_000_000}) {
      Files.write(file, new byte[size]);
      NodeProcess next = reader();
      IpcBridge to = writer();
      Await.get(to.awaitExport("t.record"));
      Await.get(to.sender("t.record").write("after " + size));
      Await.until("delivered", () -> next.count("t.record") == 1);
      Await.get(to.close());
      next.close();
    }
    try (var files = Files.list(file.getParent())) {
      List<Long> aside =
          files
              .filter(f -> f.getFileName().toString().startsWith("writer.store.damaged-"))
              .map(f -> f.toFile().length())
              .sorted()
              .toList();
      assertEquals(List.of(100L, 1_000_000L), aside);
    }
  }

  @Test
  void aStoreThatWasRemovedIsMadeAnew() throws Exception {
    prepareReaders(2);
    IpcBridge bridge = writer();
    NodeProcess node = reader();
    Await.get(bridge.awaitExport("t.record"));
    node.close();
    Await.until("missed", () -> Await.exports(bridge).isEmpty());
    Path file = bus.store().resolve("reader").resolve("writer.store");
    Files.delete(file);
    NodeProcess again = reader();
    Await.get(bridge.awaitExport("t.record"));
    Await.get(bridge.sender("t.record").write(1));
    Await.until("arrived", () -> again.count("t.record") == 1);
    assertTrue(Files.exists(file));
  }

  @Test
  void aWriterThatDoesNotComeBackLeavesNoFile() throws Exception {
    NodeProcess node = reader();
    Path directory = bus.store().resolve("reader");
    NodeProcess passing = bus.process(bus.options(null).setTransport("shm").addImport("t.*"));
    passing.call("start");
    passing.call("await", "t.record");
    passing.call("send", "t.record", 7);
    Await.until("arrived", () -> node.count("t.record") == 1);
    assertEquals(1, stores(directory));
    passing.kill();
    Await.until("removed", () -> stores(directory) == 0);
  }

  private static int stores(Path directory) {
    try (var files = Files.list(directory)) {
      return (int) files.filter(f -> f.toString().endsWith(".store")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
