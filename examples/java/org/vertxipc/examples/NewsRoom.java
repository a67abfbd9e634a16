package org.vertxipc.examples;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.IpcBridgeVerticle;

/**
 * Publish/subscribe among three processes, configured by JSON. Run it with {@code NAME BUS} three
 * times, with three names: each publishes one piece of news when all three are there, and each gets
 * every piece once, its own included.
 */
public final class NewsRoom {
  private static final int ROOMS = 3;

  private NewsRoom() {}

  public static void main(String[] args) {
    String name = args[0];
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    AtomicInteger received = new AtomicInteger();
    vertx
        .eventBus()
        .<String>consumer(
            "news",
            news -> {
              System.out.println(name + " reads: " + news.body());
              received.incrementAndGet();
            });
    JsonObject config =
        new JsonObject()
            .put(
                "bus",
                new JsonObject()
                    .put("name", args[1])
                    .put("node", name)
                    .put("transport", "fifo")
                    .put("exports", new JsonArray().add("news"))
                    .put("imports", new JsonArray().add("news")));
    IpcBridgeVerticle verticle = new IpcBridgeVerticle();
    vertx
        .deployVerticle(verticle, new DeploymentOptions().setConfig(config))
        .onSuccess(id -> publishWhenComplete(vertx, verticle, name, received))
        .onFailure(
            e -> {
              System.err.println(e.getMessage());
              vertx.close().onComplete(v -> System.exit(1));
            });
  }

  private static void publishWhenComplete(
      Vertx vertx, IpcBridgeVerticle verticle, String name, AtomicInteger received) {
    vertx.setPeriodic(
        10,
        timer ->
            verticle
                .bridge()
                .peers()
                .onSuccess(
                    peers -> {
                      long ready = peers.stream().filter(p -> p.exports().contains("news")).count();
                      if (ready == ROOMS - 1 && vertx.cancelTimer(timer)) {
                        vertx.eventBus().publish("news", "greetings from " + name);
                        endWhenRead(vertx, received);
                      }
                    }));
  }

  private static void endWhenRead(Vertx vertx, AtomicInteger received) {
    vertx.setPeriodic(
        10,
        timer -> {
          if (received.get() >= ROOMS && vertx.cancelTimer(timer)) {
            // This waits a moment for a fourth piece, which must not come.
            vertx.setTimer(200, t -> vertx.close().onComplete(v -> System.exit(0)));
          }
        });
  }
}
