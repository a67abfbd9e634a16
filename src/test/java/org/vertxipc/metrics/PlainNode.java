package org.vertxipc.metrics;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.VertxMetrics;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;

/** Two nodes, of which one has metrics that are not Micrometer's, where there is no Micrometer. */
final class PlainNode {
  private PlainNode() {}

  public static void main(String[] args) throws Exception {
    Vertx one =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setPreferNativeTransport(true)
                    .setMetricsOptions(new MetricsOptions().setEnabled(true)))
            .withMetrics(options -> new VertxMetrics() {})
            .build();
    Vertx two = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    two.eventBus().consumer("t.echo", m -> m.reply(m.body()));
    IpcBridge a = IpcBridge.create(one, new IpcBridgeOptions(new JsonObject(args[0])));
    IpcBridge b = IpcBridge.create(two, new IpcBridgeOptions(new JsonObject(args[1])));
    Await.get(a.start());
    Await.get(b.start());
    Await.get(a.awaitExport("t.echo"));
    System.out.println(Await.get(one.eventBus().<Object>request("t.echo", "it works")).body());
    for (String name :
        new String[] {
          "io.micrometer.core.instrument.MeterRegistry",
          "io.vertx.micrometer.MicrometerMetricsFactory",
          "io.vertx.ext.healthchecks.Status"
        }) {
      try {
        System.out.println("found " + Class.forName(name));
      } catch (ClassNotFoundException e) {
        System.out.println("no " + name);
      }
    }
    Await.get(one.close());
    Await.get(two.close());
    System.exit(0);
  }
}
