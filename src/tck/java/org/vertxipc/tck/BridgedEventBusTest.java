package org.vertxipc.tck;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.tests.eventbus.EventBusTestBase;
import io.vertx.tests.shareddata.AsyncMapTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.BlockedLoops;
import org.vertxipc.testing.TestBus;

/**
 * Vert.x's own tests of its event bus, with bridges in place of a cluster: messages from one Vert.x
 * to another cross a bus of its own for each test, of which nothing may be left.
 */
abstract class BridgedEventBusTest extends EventBusTestBase {
  // Nobody has a consumer of the last one, although all export it: that must make no difference.
  private static final List<String> ADDRESSES = List.of(ADDRESS1, ADDRESS2, "blah");

  // Vert.x's tests wait for two minutes; here a lost message is noticed sooner.
  private static final long AWAIT_MILLIS = 20_000;

  private final String transport;
  private TestBus bus;

  BridgedEventBusTest(String transport) {
    this.transport = transport;
  }

  @Override
  public void setUp() throws Exception {
    bus = new TestBus(transport);
    super.setUp();
  }

  @Override
  protected void tearDown() throws Exception {
    try {
      // This comes first, because a late message still reaches the handlers of the test, which then
      // fails it.
      bus.close();
    } finally {
      super.tearDown();
    }
  }

  @Override
  public void await(long delay, TimeUnit unit) {
    super.await(Math.min(unit.toMillis(delay), AWAIT_MILLIS), TimeUnit.MILLISECONDS);
  }

  @Override
  protected Vertx[] vertices(int num) {
    Vertx[] instances = new Vertx[num];
    List<IpcBridge> bridges = new ArrayList<>();
    for (int i = 0; i < num; i++) {
      instances[i] = vertx(BlockedLoops.watch(new VertxOptions().setPreferNativeTransport(true)));
      acceptWhatTheTestsSend(instances[i].eventBus());
      bridges.add(bus.bridge(instances[i], options("node" + i)));
    }
    try {
      Await.get(Future.all(bridges.stream().map(IpcBridge::start).toList()));
      for (IpcBridge bridge : bridges) {
        Await.until(
            bridge.node() + " sees what all others export",
            () -> Await.exports(bridge).size() == (num - 1) * ADDRESSES.size());
      }
    } catch (Exception e) {
      throw new AssertionError("the nodes did not join", e);
    }
    return instances;
  }

  private BusOptions options(String node) {
    return bus.options(node)
        .setExports(ADDRESSES)
        .setImports(ADDRESSES)
        .addSerializable(AsyncMapTest.SomeSerializableObject.class.getName());
  }

  // Registers codecs, as Vert.x's tests of the clustered event bus do.
  private static void acceptWhatTheTestsSend(EventBus eventBus) {
    ImmutableObjectCodec codec = new ImmutableObjectCodec();
    eventBus
        .registerCodec(codec)
        .codecSelector(body -> body instanceof ImmutableObject ? codec.name() : null)
        .clusterSerializableChecker(BridgedEventBusTest::isOfTheTests)
        .serializableChecker(
            name -> EventBus.DEFAULT_SERIALIZABLE_CHECKER.apply(name) || isOfTheTests(name));
  }

  private static boolean isOfTheTests(String className) {
    return className.startsWith(AsyncMapTest.class.getName());
  }

  @Override
  protected boolean shouldImmutableObjectBeCopied() {
    return true;
  }
}
