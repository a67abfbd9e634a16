package org.vertxipc.examples;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.PrometheusRequestHandler;
import java.util.List;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcHealth;
import org.vertxipc.IpcHealthOptions;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * A node that Prometheus can read at {@code /metrics}, and that says at {@code /health} how it is.
 * Run it twice, once with {@code prices BUS PORT} and once with {@code shop BUS PORT}: the shop
 * asks for a hundred prices.
 */
public final class MeteredNode {
  private MeteredNode() {}

  public static void main(String[] args) {
    String name = args[0];
    boolean isShop = name.equals("shop");
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Vertx vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setPreferNativeTransport(true)
                    .setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();
    // A node that is stopped leaves the bus in order.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> vertx.close().toCompletionStage().toCompletableFuture().join()));
    BusOptions bus = new BusOptions().setName(args[1]).setNode(name).addImport("price.*");
    if (!isShop) {
      bus.addExport("price.tea");
      vertx.eventBus().consumer("price.tea", question -> question.reply(7.5));
    }
    IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(bus));
    List<String> others = List.of(isShop ? "prices" : "shop");
    HealthChecks health =
        HealthChecks.create(vertx)
            .register("bus", IpcHealth.procedure(bridge, new IpcHealthOptions().setPeers(others)));
    Handler<HttpServerRequest> metrics = PrometheusRequestHandler.create(registry);
    vertx
        .createHttpServer()
        .requestHandler(
            request -> {
              if (request.path().equals("/metrics")) {
                metrics.handle(request);
              } else {
                health.checkStatus().onSuccess(result -> answer(request, result));
              }
            })
        .listen(Integer.parseInt(args[2]), "127.0.0.1")
        .compose(server -> bridge.start())
        .compose(v -> isShop ? ask(vertx, bridge) : Future.succeededFuture())
        .onSuccess(v -> System.out.println(name + " is ready"))
        .onFailure(
            e -> {
              System.err.println(e.getMessage());
              // Not on this event loop, which the end of Vert.x needs.
              new Thread(() -> System.exit(1)).start();
            });
  }

  private static void answer(HttpServerRequest request, CheckResult result) {
    request
        .response()
        .setStatusCode(CheckResult.isUp(result) ? 200 : 503)
        .putHeader("content-type", "application/json")
        .end(result.toJson().encode());
  }

  private static Future<Void> ask(Vertx vertx, IpcBridge bridge) {
    Future<Void> asked = bridge.awaitExport("price.tea");
    for (int i = 0; i < 100; i++) {
      asked = asked.compose(v -> vertx.eventBus().request("price.tea", "?").mapEmpty());
    }
    return asked;
  }
}
