package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.transport.Transport;
import java.awt.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.IpcTransportOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.PointCodec;

/** The ways in which a program may make a Vert.x with a cluster manager of this library. */
class ClusterWaysTest {
  private final Path directory =
      Path.of("/dev/shm/vertx-ipc-ways-" + UUID.randomUUID().toString().substring(0, 8));
  private final List<Vertx> all = new ArrayList<>();

  private IpcClusterOptions options() {
    return new IpcClusterOptions().setDirectory(directory.toString());
  }

  private IpcClusterManager manager() {
    return new IpcClusterManager(options());
  }

  private Vertx add(VertxBuilder builder) throws Exception {
    Vertx vertx = Await.get(builder.buildClustered());
    all.add(vertx);
    return vertx;
  }

  private Vertx add() throws Exception {
    return add(Vertx.builder().withClusterManager(manager()));
  }

  @AfterEach
  void end() throws Exception {
    for (Vertx each : all) {
      Await.get(each.close());
    }
    assertFalse(Files.exists(directory));
  }

  private static void reach(Vertx from, Vertx to) throws Exception {
    String address = "t." + UUID.randomUUID();
    Await.get(to.eventBus().consumer(address, m -> m.reply(m.body())).completion());
    assertEquals("on", Await.get(from.eventBus().request(address, "on")).body());
    AsyncMap<String, String> map = Await.get(from.sharedData().getAsyncMap("map"));
    Await.get(map.put(address, "there"));
    AsyncMap<String, String> there = Await.get(to.sharedData().getAsyncMap("map"));
    assertEquals("there", Await.get(there.get(address)));
  }

  private static long byTcp(Vertx vertx) {
    return IpcTransport.of(vertx).orElseThrow().tcpConnections();
  }

  @Test
  void anyTransportWillDo() throws Exception {
    List<Vertx> made = new ArrayList<>();
    made.add(add());
    made.add(add());
    List<Transport> transports = new ArrayList<>(List.of(Transport.NIO));
    if (Transport.EPOLL != null && Transport.EPOLL.available()) {
      transports.add(Transport.EPOLL);
    }
    String there = directory.toString();
    transports.add(IpcTransport.create(new IpcTransportOptions().setDirectory(there)));
    transports.add(
        IpcTransport.create(new IpcTransportOptions().setDirectory(there).setNetwork(false)));
    for (Transport each : transports) {
      made.add(add(Vertx.builder().withTransport(each).withClusterManager(manager())));
    }
    for (Vertx from : made) {
      for (Vertx to : made) {
        reach(from, to);
      }
    }
    for (Vertx each : made) {
      assertEquals(0, byTcp(each));
    }
  }

  @Test
  void aTransportOfAnotherPlaceIsRefused() throws Exception {
    IpcTransport elsewhere =
        IpcTransport.create(
            new IpcTransportOptions().setDirectory(directory.resolve("else").toString()));
    Throwable why =
        Await.failure(
            Vertx.builder()
                .withTransport(elsewhere)
                .withClusterManager(manager())
                .buildClustered());
    assertTrue(why.getMessage().contains(directory.resolve("else").toString()), why::toString);
    assertTrue(why.getMessage().contains("withTransport"), why::toString);
  }

  @Test
  void aManagerIsForOneVertx() throws Exception {
    IpcClusterManager manager = manager();
    Vertx first = add(Vertx.builder().withClusterManager(manager));
    Vertx other = add();
    reach(first, other);
    Throwable why = Await.failure(Vertx.builder().withClusterManager(manager).buildClustered());
    assertTrue(why.getMessage().contains("is for one Vert.x"), why::toString);
    assertTrue(manager.isActive());
    assertEquals(2, manager.getNodes().size());
    reach(first, other);
    reach(other, first);
    Await.get(first.close());
    assertFalse(manager.isActive());
    why = Await.failure(Vertx.builder().withClusterManager(manager).buildClustered());
    assertTrue(why.getMessage().contains("is for one Vert.x"), why::toString);
    reach(other, add());
  }

  @Test
  void whoHasLeftIsToldSo() throws Exception {
    IpcClusterManager manager = manager();
    Vertx vertx = Await.get(Vertx.builder().withClusterManager(manager).buildClustered());
    AsyncMap<String, String> map = Await.get(vertx.sharedData().getAsyncMap("map"));
    Await.get(map.put("key", "value"));
    Await.get(vertx.close());
    Await.get(vertx.close());
    // Nobody waits for ever. The map above needs contexts, which such a Vert.x has not any more.
    Map<String, String> sync = manager.getSyncMap("map");
    Exception why = assertThrows(RuntimeException.class, () -> sync.put("key", "more"));
    assertTrue(why.getMessage().contains("left"), why::toString);
    why = assertThrows(RuntimeException.class, () -> sync.get("key"));
    assertTrue(why.getMessage().contains("left"), why::toString);
    Promise<Lock> lock = Promise.promise();
    manager.getLockWithTimeout("lock", 60_000, lock);
    assertTrue(Await.failure(lock.future()).getMessage().contains("left"));
    assertFalse(manager.isActive());
  }

  @Test
  void wrongOptionsAreNamed() {
    for (JsonObject each :
        List.of(
            new JsonObject().put("logBytes", 17),
            new JsonObject().put("ringBytes", 5000),
            new JsonObject().put("mode", "0777"),
            new JsonObject().put("name", "a/b"),
            new JsonObject().put("directory", "relative"),
            new JsonObject().put("logbytes", 1 << 16))) {
      String why =
          assertThrows(IllegalArgumentException.class, () -> new IpcClusterOptions(each))
              .getMessage();
      assertTrue(why.contains(each.fieldNames().iterator().next()), why);
    }
    String why =
        assertThrows(
                IllegalArgumentException.class,
                () -> new IpcClusterManager(new IpcClusterOptions().setLogBytes(17)))
            .getMessage();
    assertTrue(why.contains("logBytes"), why);
  }

  @Test
  void whatCantBeSharedIsSaid() throws Exception {
    AsyncMap<Object, Object> map = Await.get(add().sharedData().getAsyncMap("map"));
    Object secret = new Object();
    Throwable why = assertThrows(RuntimeException.class, () -> map.put("key", secret));
    assertTrue(why.getMessage().contains("java.lang.Object"), why::toString);
    for (Throwable each :
        List.of(
            Await.failure(map.put("key", new ArrayList<>(List.of(secret)))),
            Await.failure(map.put(new ArrayList<>(List.of(secret)), "value")),
            Await.failure(map.get(new ArrayList<>(List.of(secret)))))) {
      assertTrue(each.getMessage().contains("java.lang.Object"), each::toString);
    }
    assertEquals(0, Await.get(map.size()));
    Await.get(map.put("key", new Point(1, 2)));
    assertEquals(new Point(1, 2), Await.get(map.get("key")));
  }

  @Test
  void aClassThatIsNotAllowedIsNotMade() throws Exception {
    AsyncMap<Object, Object> any = Await.get(add().sharedData().getAsyncMap("map"));
    Await.get(any.put("key", new Point(1, 2)));
    Vertx strict =
        add(
            Vertx.builder()
                .withClusterManager(
                    new IpcClusterManager(options().setSerializable(List.of("java.util.*")))));
    AsyncMap<Object, Object> map = Await.get(strict.sharedData().getAsyncMap("map"));
    Throwable why = Await.failure(map.get("key"));
    assertTrue(why.getMessage().contains("java.awt.Point"), why::toString);
    why = Await.failure(map.put("key", new Point(3, 4)));
    assertTrue(why.getMessage().contains("java.awt.Point"), why::toString);
    Await.get(map.put("other", "value"));
    assertEquals("value", Await.get(any.get("other")));
  }

  @Test
  void codecsAndInterceptorsAreThoseOfVertx() throws Exception {
    Vertx from = add();
    Vertx to = add();
    for (Vertx each : List.of(from, to)) {
      each.eventBus().registerCodec(new PointCodec("point"));
    }
    from.eventBus()
        .addOutboundInterceptor(
            (DeliveryContext<Object> context) -> {
              context.message().headers().add("via", "out");
              context.next();
            });
    to.eventBus()
        .addInboundInterceptor(
            (DeliveryContext<Object> context) -> {
              context.message().headers().add("via", "in");
              context.next();
            });
    Await.get(
        to.eventBus()
            .<PointCodec.Seen>consumer(
                "t.point", m -> m.reply(m.body().text() + " " + m.headers().getAll("via")))
            .completion());
    DeliveryOptions codec = new DeliveryOptions().setCodecName("point");
    Object reply =
        Await.get(from.eventBus().request("t.point", new PointCodec.Point(1, 2), codec)).body();
    assertEquals("1,2 [out, in]", reply);
  }
}
