package org.vertxipc.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.MappedOptions;

/**
 * A bus of its own for one test: nodes in this JVM and in others. Closing it ends them all and
 * checks that nothing is left in shared memory.
 */
public final class TestBus implements AutoCloseable {
  private static final int START_MILLIS = 20_000;

  private final String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
  private final Path directory =
      Path.of("/dev/shm/vertx-ipc-tests-" + ProcessHandle.current().pid());
  private final Path stores = Path.of("/var/tmp/vertx-ipc-tests-" + ProcessHandle.current().pid());
  private final String transport;
  private final List<AutoCloseable> toClose = new ArrayList<>();

  public TestBus(String transport) {
    this.transport = transport;
  }

  /** Returns the directory in which messages wait. */
  public Path store() {
    return stores.resolve(name);
  }

  public Path path() {
    return directory.resolve(name);
  }

  /** Returns the ring in which a node reads what another has written. */
  public Path ring(String reader, String writer) throws IOException {
    try (Stream<Path> files = Files.list(path().resolve(reader))) {
      return files
          .filter(file -> file.getFileName().toString().matches(writer + "-.*[.]ring"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** A start waits until it has met all nodes that are there, however slow the machine is. */
  public BusOptions options(String node) {
    return new BusOptions()
        .setStartTimeoutMillis(START_MILLIS)
        .setName(name)
        .setNode(node)
        .setTransport(transport)
        .setDirectory(directory.toString())
        .setMapped(new MappedOptions().setDirectory(stores.toString()).setFileBytes(1 << 20));
  }

  public static JsonObject json(BusOptions options) {
    return new IpcBridgeOptions().setBus(options).toJson();
  }

  public NodeProcess process(BusOptions options) throws IOException {
    return process(options, true);
  }

  public NodeProcess process(BusOptions options, boolean nativeTransport) throws IOException {
    NodeProcess node = NodeProcess.spawn(json(options), nativeTransport);
    toClose.add(0, node);
    return node;
  }

  /** Starts a node in Python. */
  public NodeProcess python(BusOptions options) throws IOException {
    NodeProcess node = NodeProcess.python(json(options));
    toClose.add(0, node);
    return node;
  }

  public Vertx vertx(boolean nativeTransport) {
    return vertx(new VertxOptions().setPreferNativeTransport(nativeTransport), Vertx.builder());
  }

  /** Builds a Vert.x as the test wants it. */
  public Vertx vertx(VertxOptions options, VertxBuilder builder) {
    Vertx vertx = builder.with(BlockedLoops.watch(options)).build();
    vertx.exceptionHandler(Throwable::printStackTrace);
    toClose.add(0, () -> Await.get(vertx.close()));
    return vertx;
  }

  public IpcBridge bridge(Vertx vertx, BusOptions options) {
    IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options));
    toClose.add(0, () -> Await.get(bridge.close()));
    return bridge;
  }

  /** Stores are meant to stay, so they must be removed here. */
  private void removeStores() throws IOException {
    if (Files.exists(store())) {
      OtherUsers.delete(store());
      try (Stream<Path> others = Files.list(stores)) {
        if (others.findAny().isEmpty()) {
          Files.delete(stores);
        }
      }
    }
  }

  @Override
  public void close() throws Exception {
    Exception failure = null;
    for (AutoCloseable c : toClose) {
      try {
        c.close();
      } catch (Exception e) {
        failure = e;
      }
    }
    removeStores();
    if (failure != null) {
      throw failure;
    }
    if (Files.exists(path())) {
      try (Stream<Path> left = Files.walk(path())) {
        throw new AssertionError("left behind: " + left.toList());
      }
    }
    String blocked = BlockedLoops.found();
    if (!blocked.isEmpty()) {
      throw new AssertionError("an event loop was blocked: " + blocked);
    }
  }
}
