package org.vertxipc.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.channel.descriptor.FifoTransport;
import org.vertxipc.posix.Access;
import org.vertxipc.reactor.Reactor;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.Vectors;
import org.vertxipc.testing.Vectors.Vector;

/** Compares what is in a FIFO with the test vectors. */
class FifoVectorsTest {
  private static final String NUDGE = "";

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final ContextInternal context = ((VertxInternal) vertx).getOrCreateContext();
  private final Reactor reactor = Reactor.create(context);
  private final FifoTransport transport = new FifoTransport(reactor, Access.OWNER, 1 << 16);
  private final Queue<String> read = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
  private Path base;
  private InboundChannel in;

  static List<Vector> fifo() {
    return Vectors.read("channels", "fifo");
  }

  static List<Vector> hostile() {
    return Vectors.read("hostile", "fifo");
  }

  private <T> T on(Callable<T> task) throws Exception {
    return Await.on(context, task);
  }

  @BeforeEach
  void makeFifo() throws Exception {
    base = directory.resolve("peer-00f3a1b2c3d4e5f6");
    in = on(() -> transport.createInbound(base, 0));
  }

  @AfterEach
  void close() throws Exception {
    on(
        () -> {
          in.close();
          reactor.close();
          return null;
        });
    Await.get(vertx.close());
  }

  private Path fifoFile() {
    return Path.of(base + ".fifo");
  }

  private final class Reading implements InboundHandler {
    @Override
    public void onPriority(int priority) {
      throw new AssertionError("a FIFO has no priorities");
    }

    @Override
    public void onRecord(ByteBuffer bytes, int at, int length) {
      byte[] record = new byte[length];
      bytes.get(at, record);
      read.add(Vectors.hex(record));
    }

    @Override
    public void onNudge() {
      read.add(NUDGE);
    }

    @Override
    public void onRoomMade() {
      throw new AssertionError("the kernel tells of room in a FIFO");
    }

    @Override
    public void onBatchEnd() {
      // Each record is kept.
    }

    @Override
    public void onBroken(Throwable cause) {
      broken.add(cause);
    }
  }

  private void startReading() throws Exception {
    on(
        () -> {
          in.start(new Reading());
          return null;
        });
  }

  private void write(byte[] bytes) throws IOException {
    try (OutputStream out = Files.newOutputStream(fifoFile())) {
      out.write(bytes);
      out.flush();
    }
  }

  @ParameterizedTest
  @MethodSource("fifo")
  void bytesAreReadAsRecords(Vector vector) throws Exception {
    startReading();
    List<String> expected = vector.list("records").stream().map(Vectors::hex).toList();
    write(vector.bytes());
    Await.until("all is read", () -> read.size() == expected.size());
    assertEquals(expected, List.copyOf(read));
  }

  @ParameterizedTest
  @MethodSource("fifo")
  void recordsAreWrittenAsBytes(Vector vector) throws Exception {
    byte[] expected = vector.bytes();
    byte[] written = new byte[expected.length];
    OutboundHandler handler =
        new OutboundHandler() {
          @Override
          public void onRoom() {
            throw new AssertionError("there is room");
          }

          @Override
          public void onBroken(Throwable cause) {
            broken.add(cause);
          }
        };
    try (InputStream bytes = reader()) {
      OutboundChannel out = on(() -> transport.openOutbound(base, handler));
      on(
          () -> {
            for (byte[] record : vector.list("records")) {
              if (record.length == 0) {
                out.nudge();
              } else {
                assertTrue(out.write(record.length, (to, at) -> to.put(at, record)));
              }
            }
            out.flush();
            out.close();
            return null;
          });
      assertEquals(expected.length, bytes.readNBytes(written, 0, expected.length));
      assertEquals(-1, bytes.read(), "no more");
    }
    assertEquals(Vectors.hex(expected), Vectors.hex(written));
    assertEquals(List.of(), List.copyOf(broken));
  }

  /** Opens the FIFO for reading, while a writer is there for which it need not wait. */
  private InputStream reader() throws IOException {
    try (OutputStream writer = Files.newOutputStream(fifoFile())) {
      writer.flush();
      return Files.newInputStream(fifoFile());
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aWrongLengthEndsTheChannel(Vector vector) throws Exception {
    startReading();
    write(vector.bytes());
    Await.until("it has ended", () -> !broken.isEmpty());
    String said = broken.remove().getMessage();
    assertTrue(said.endsWith(" bytes, at most 131068"), said);
    assertEquals(List.of(), List.copyOf(read));
  }
}
