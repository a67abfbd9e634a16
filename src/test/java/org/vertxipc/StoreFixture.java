package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.TestBus;

/** A bus with stores, a bridge that writes to them, and a node that reads. */
abstract class StoreFixture {
  TestBus bus;

  Vertx vertx;
  private final Queue<NodeProcess> readers = new ArrayDeque<>();

  @BeforeEach
  void open() {
    bus = new TestBus("mapped");
    vertx = bus.vertx(true);
  }

  @AfterEach
  void close() throws Exception {
    bus.close();
  }

  /** Starts the JVMs of readers that a test needs one after another, beside each other. */
  void prepareReaders(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      readers.add(bus.process(bus.options("reader").addExport("t.record")));
    }
  }

  /** The next reader, on the bus. */
  NodeProcess reader() throws Exception {
    if (readers.isEmpty()) {
      prepareReaders(1);
    }
    NodeProcess node = readers.remove();
    node.consume("t.record", "record");
    node.call("start");
    return node;
  }

  IpcBridge writer() throws Exception {
    IpcBridge bridge = bus.bridge(vertx, bus.options("writer").addImport("t.*"));
    Await.get(bridge.start());
    return bridge;
  }

  static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  static List<Object> all(NodeProcess node) {
    try {
      return node.received("t.record").stream().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String failure(Future<?> future) {
    try {
      return Await.failure(future).getMessage();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
