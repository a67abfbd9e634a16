package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.TestBus;

/** Checks that what a bridge made ends with the verticle or the Vert.x that owns it. */
class OwnerTest {
  private final TestBus bus = new TestBus("shm");
  private final Queue<String> gone = new ConcurrentLinkedQueue<>();
  @TempDir Path temp;

  @BeforeEach
  void watch() throws Exception {
    IpcBridge watcher = bus.bridge(bus.vertx(true), bus.options("watcher"));
    watcher.peerHandler(
        peer -> {
          if (!peer.up()) {
            gone.add(peer.node() + ": " + peer.reason());
          }
        });
    Await.get(watcher.start());
  }

  @AfterEach
  void end() throws Exception {
    bus.close();
  }

  /** The owner of a bridge. */
  enum Kind {
    VERTX,
    EVENT_LOOP_VERTICLE,
    WORKER_VERTICLE
  }

  /** A verticle that makes a bridge and never closes it. */
  private static final class Maker extends VerticleBase {
    private final IpcBridgeOptions options;
    private final boolean start;
    volatile IpcBridge bridge;

    Maker(IpcBridgeOptions options, boolean start) {
      this.options = options;
      this.start = start;
    }

    @Override
    public Future<?> start() {
      bridge = IpcBridge.create(vertx, options);
      return start ? bridge.start() : Future.succeededFuture();
    }
  }

  /** A bridge of an owner, and how the owner ends. */
  private record Owned(Vertx vertx, IpcBridge bridge, String deployment) {
    static Owned of(Kind kind, Vertx vertx, IpcBridgeOptions options, boolean start)
        throws Exception {
      if (kind == Kind.VERTX) {
        IpcBridge bridge = IpcBridge.create(vertx, options);
        Await.get(start ? bridge.start() : Future.succeededFuture());
        return new Owned(vertx, bridge, null);
      }
      Maker maker = new Maker(options, start);
      DeploymentOptions deployment = new DeploymentOptions();
      if (kind == Kind.WORKER_VERTICLE) {
        deployment.setThreadingModel(ThreadingModel.WORKER);
      }
      String id = Await.get(vertx.deployVerticle(maker, deployment));
      return new Owned(vertx, maker.bridge, id);
    }

    void end() throws Exception {
      Await.get(deployment == null ? vertx.close() : vertx.undeploy(deployment));
    }
  }

  private IpcBridgeOptions options() {
    return new IpcBridgeOptions().setBus(bus.options("owned").addExport("x"));
  }

  @ParameterizedTest
  @EnumSource
  void allThatWasMadeEndsWithTheOwner(Kind kind) throws Exception {
    Path pid = temp.resolve("pid");
    IpcBridgeOptions options =
        options()
            .addLink(
                new PipeLinkOptions()
                    .setCommand(List.of("sh", "-c", "echo $$ > " + pid + "; exec cat"))
                    .setSend("to.cat")
                    .setReceive("from.cat"));
    Owned owned = Owned.of(kind, bus.vertx(true), options, true);
    Await.until("the child runs", () -> Files.exists(pid) && pid.toFile().length() > 0);
    Path child = Path.of("/proc", Files.readString(pid).strip());
    assertTrue(Files.exists(child));
    assertTrue(Files.exists(bus.path().resolve("owned.lock")));
    Future<Void> waiting = owned.bridge.awaitExport("never");

    owned.end();

    // All of this is true as soon as the end has been reported.
    assertFalse(Files.exists(bus.path().resolve("owned.lock")));
    assertFalse(Files.exists(bus.path().resolve("owned")));
    assertFalse(Files.exists(child));
    Await.until("told", () -> !gone.isEmpty());
    assertEquals(List.of("owned: left the bus"), List.copyOf(gone));
    if (kind != Kind.VERTX) { // Whose contexts are no more.
      ReplyException closed = (ReplyException) Await.failure(waiting);
      assertEquals(IpcBridge.CLOSED, closed.failureCode());
      assertNull(IpcBridge.get(owned.vertx, options.getBus().getName()));
    }
    // An explicit close finds nothing to do, and another node may have the name.
    Await.get(owned.bridge.close());
    Await.get(owned.bridge.close());
    assertEquals("The bridge is closed", Await.failure(owned.bridge.start()).getMessage());
    Await.get(bus.bridge(bus.vertx(true), options().getBus()).start());
  }

  @ParameterizedTest
  @EnumSource
  void closedExplicitlyBeforeTheOwnerEnds(Kind kind) throws Exception {
    Owned owned = Owned.of(kind, bus.vertx(true), options(), true);
    CompletableFuture<?> first = owned.bridge.close().toCompletionStage().toCompletableFuture();
    CompletableFuture<?> second = owned.bridge.close().toCompletionStage().toCompletableFuture();
    owned.end();
    first.get(20, TimeUnit.SECONDS);
    second.get(20, TimeUnit.SECONDS);
    assertFalse(Files.exists(bus.path().resolve("owned.lock")));
    Await.until("told", () -> !gone.isEmpty());
    assertEquals(List.of("owned: left the bus"), List.copyOf(gone));
  }

  @ParameterizedTest
  @EnumSource
  void startedAfterTheOwnerHasEnded(Kind kind) throws Exception {
    Owned owned = Owned.of(kind, bus.vertx(true), options(), false);
    owned.end();
    String e = Await.failure(owned.bridge.start()).getMessage();
    assertTrue(
        e.startsWith(
            kind == Kind.VERTX
                ? "The bridge can't be started: its Vert.x is closed"
                : "The bridge can't be started: the verticle that created it (deployment "
                    + owned.deployment
                    + ") is undeployed"),
        e);
    assertFalse(Files.exists(bus.path().resolve("owned.lock")));
    Await.get(owned.bridge.close());
  }

  @ParameterizedTest
  @EnumSource
  void closedBeforeItWasStarted(Kind kind) throws Exception {
    Owned owned = Owned.of(kind, bus.vertx(true), options(), false);
    Await.get(owned.bridge.close());
    assertEquals("The bridge is closed", Await.failure(owned.bridge.start()).getMessage());
    owned.end();
    assertTrue(gone.isEmpty());
  }

  @Test
  void theVerticleOfABridgeEndsWithItsVertx() throws Exception {
    Vertx vertx = bus.vertx(true);
    Owned.of(Kind.WORKER_VERTICLE, vertx, options(), true);
    Await.get(vertx.close());
    assertFalse(Files.exists(bus.path().resolve("owned.lock")));
    Await.until("told", () -> !gone.isEmpty());
    assertEquals(List.of("owned: left the bus"), List.copyOf(gone));
  }

  /** The owner ends at different moments of a start, which then fails or has just succeeded. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 8, 16, 32})
  void vertxIsClosedWhileABridgeStarts(int millis) throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = IpcBridge.create(vertx, options());
    Future<Void> started = bridge.start();
    Thread.sleep(millis); // Which moment this hits does not matter: all are to end well.
    Await.get(vertx.close());
    assertFalse(Files.exists(bus.path().resolve("owned.lock")));
    assertFalse(Files.exists(bus.path().resolve("owned")));
    assertTrue(started.isComplete());
    if (started.failed()) {
      assertEquals("The bridge was closed while it was started", started.cause().getMessage());
    }
    assertEquals("The bridge is closed", Await.failure(bridge.start()).getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 8, 32})
  void vertxIsClosedWhileTheVerticleStarts(int millis) throws Exception {
    Vertx vertx = bus.vertx(true);
    Maker maker = new Maker(options(), true);
    vertx.deployVerticle(maker);
    Thread.sleep(millis); // As above.
    Await.get(vertx.close());
    Await.until("left", () -> !Files.exists(bus.path().resolve("owned.lock")));
    assertFalse(Files.exists(bus.path().resolve("owned")));
  }

  @Test
  void aBridgeThatIsClosedOrCouldNotStartIsForgotten() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge stays = bus.bridge(vertx, options().getBus());
    Await.get(stays.start());
    List<WeakReference<IpcBridge>> ended = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ended.add(endedOne(vertx, "other" + i));
      ended.add(failedOne(vertx));
    }
    for (WeakReference<IpcBridge> one : ended) {
      Await.until(
          "forgotten",
          () -> {
            System.gc();
            return one.get() == null;
          });
    }
    assertSame(stays, IpcBridge.get(vertx, options().getBus().getName()));
  }

  private WeakReference<IpcBridge> endedOne(Vertx vertx, String node) throws Exception {
    IpcBridgeOptions options = new IpcBridgeOptions().setBus(bus.options(node));
    options.getBus().setName(options.getBus().getName() + "-2");
    IpcBridge bridge = IpcBridge.create(vertx, options);
    bridge.peerHandler(peer -> gone.add(bridge.node()));
    Await.get(bridge.start());
    Await.get(bridge.close());
    return new WeakReference<>(bridge);
  }

  private WeakReference<IpcBridge> failedOne(Vertx vertx) throws Exception {
    IpcBridge bridge = IpcBridge.create(vertx, options());
    Await.failure(bridge.start());
    return new WeakReference<>(bridge);
  }

  @Test
  void userCodeIsCalledOnTheContextThatAsked() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, options().getBus());
    Await.get(bridge.start());
    Vertx other = bus.vertx(true);
    IpcBridge exporter = bus.bridge(other, bus.options("exporter"));
    for (ThreadingModel model : List.of(ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER)) {
      Queue<String> wrong = new ConcurrentLinkedQueue<>();
      Queue<String> told = new ConcurrentLinkedQueue<>();
      String id =
          Await.get(
              vertx.deployVerticle(
                  new VerticleBase() {
                    private void check(String what, Context asked) {
                      told.add(what);
                      if (Vertx.currentContext() != asked
                          || Context.isOnWorkerThread() != (model == ThreadingModel.WORKER)) {
                        wrong.add(what + " on " + Thread.currentThread());
                      }
                    }

                    @Override
                    public Future<?> start() throws Exception {
                      Context asked = context;
                      bridge.peerHandler(peer -> check("peer", asked));
                      bridge.awaitExport("late." + model).onSuccess(v -> check("late", asked));
                      bridge
                          .awaitExport("never", 1, TimeUnit.MILLISECONDS)
                          .onFailure(e -> check("never", asked));
                      bridge.peers().onSuccess(v -> check("peers", asked));
                      bridge.export("y").onSuccess(v -> check("export", asked));
                      return super.start();
                    }
                  },
                  new DeploymentOptions().setThreadingModel(model)));
      if (model == ThreadingModel.EVENT_LOOP) {
        Await.get(exporter.start());
      }
      Await.get(exporter.export("late." + model));
      Await.until(
          "all told", () -> told.containsAll(List.of("peer", "late", "never", "peers", "export")));
      assertEquals(List.of(), List.copyOf(wrong));
      Await.get(vertx.undeploy(id));
      told.clear();
      Await.get(exporter.export("after." + model));
      Await.get(bridge.awaitExport("after." + model, 20, TimeUnit.SECONDS));
      assertEquals(List.of(), List.copyOf(told), "an undeployed verticle is told no more");
    }
  }

  @Test
  void aPeerHandlerThatThrowsTroublesNobodyElse() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, options().getBus());
    Queue<Throwable> reported = new ConcurrentLinkedQueue<>();
    Queue<String> told = new ConcurrentLinkedQueue<>();
    Context context = vertx.getOrCreateContext().exceptionHandler(reported::add);
    context.runOnContext(
        v ->
            bridge
                .peerHandler(
                    peer -> {
                      throw new IllegalStateException("mine");
                    })
                .peerHandler(peer -> told.add(peer.node() + peer.up() + peer.exports())));
    Await.get(Future.<Void>future(p -> context.runOnContext(v -> p.complete())));
    Await.get(bridge.start());
    IpcBridge other = bus.bridge(bus.vertx(true), bus.options("other"));
    Await.get(other.start());
    Await.get(other.export("z"));
    Await.get(bridge.awaitExport("z"));
    Await.get(other.close());
    Await.until("all told", () -> told.contains("otherfalse[]"));
    assertTrue(told.contains("othertrue[z]"), told::toString);
    Await.until("all reported", () -> reported.size() == told.size());
    assertTrue(reported.stream().allMatch(e -> e.getMessage().equals("mine")));
    assertEquals(0, bridge.stats().lostPeers());
    assertEquals("watcher", Await.get(bridge.peers()).get(0).node());
  }

  @Test
  void aPeerHandlerCanBeRemoved() throws Exception {
    Vertx vertx = bus.vertx(true);
    IpcBridge bridge = bus.bridge(vertx, options().getBus());
    Queue<String> removed = new ConcurrentLinkedQueue<>();
    Queue<String> stays = new ConcurrentLinkedQueue<>();
    Handler<IpcPeer> first = peer -> removed.add(peer.node());
    bridge.peerHandler(first).peerHandler(peer -> stays.add(peer.node()));
    bridge.removePeerHandler(first).removePeerHandler(first);
    Await.get(bridge.start());
    Await.until("told", () -> stays.contains("watcher"));
    assertEquals(List.of(), List.copyOf(removed));
  }
}
