package org.vertxipc.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.LinkOptions;

/** A bridge with links and without a bus, and what it received: messages to "in", and events. */
public final class LinkBridge implements AutoCloseable {
  public final Vertx vertx;
  public final List<Object> received = new CopyOnWriteArrayList<>();
  public final List<JsonObject> events = new CopyOnWriteArrayList<>();
  private final IpcBridge bridge;

  private LinkBridge(Vertx vertx, IpcBridge bridge) {
    this.vertx = vertx;
    this.bridge = bridge;
    vertx.eventBus().consumer("in", m -> received.add(m.body()));
    vertx.eventBus().<JsonObject>consumer("events", m -> events.add(m.body()));
  }

  /** Creates a bridge, without starting it. */
  public static LinkBridge of(LinkOptions<?>... links) {
    return of(true, links);
  }

  /** Creates a bridge with epoll or without. */
  public static LinkBridge of(boolean nativeTransport, LinkOptions<?>... links) {
    Vertx vertx =
        Vertx.vertx(
            BlockedLoops.watch(new VertxOptions().setPreferNativeTransport(nativeTransport)));
    vertx.exceptionHandler(Throwable::printStackTrace);
    IpcBridgeOptions options = new IpcBridgeOptions();
    List.of(links).forEach(options::addLink);
    // The options pass through JSON, as if they came from a file.
    return new LinkBridge(vertx, IpcBridge.create(vertx, new IpcBridgeOptions(options.toJson())));
  }

  public static LinkBridge started(LinkOptions<?>... links) throws Exception {
    return started(true, links);
  }

  public static LinkBridge started(boolean nativeTransport, LinkOptions<?>... links)
      throws Exception {
    LinkBridge bridge = of(nativeTransport, links);
    Await.get(bridge.bridge.start());
    return bridge;
  }

  public String startFailure() throws Exception {
    return Await.failure(bridge.start()).getMessage();
  }

  public Object request(Object body) throws Exception {
    return Await.get(vertx.eventBus().request("out", body)).body();
  }

  public void send(Object body) {
    vertx.eventBus().send("out", body);
  }

  public IpcBridge bridge() {
    return bridge;
  }

  /** Returns the events of a kind so far. */
  public List<JsonObject> events(String kind) {
    return events.stream().filter(e -> e.getString("event").equals(kind)).toList();
  }

  public JsonObject awaitEvent(String kind) throws InterruptedException {
    Await.until("event " + kind, () -> !events(kind).isEmpty());
    return events(kind).get(0);
  }

  public void awaitReceived(int count) throws InterruptedException {
    Await.until(count + " messages", () -> received.size() >= count);
  }

  @Override
  public void close() throws Exception {
    Await.get(bridge.close());
    Await.get(vertx.close());
    String blocked = BlockedLoops.found();
    if (!blocked.isEmpty()) {
      throw new AssertionError("an event loop was blocked: " + blocked);
    }
  }
}
