package org.vertxipc.examples;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.function.Supplier;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * One trace through two processes. Run it twice, in any order: once with {@code shop BUS} and once
 * with {@code stock BUS}. The shop takes an order: it asks the stock for a price, which asks the
 * shop for the discount, and then it tells the stock of the order. Each prints its spans.
 */
public final class TracedOrder extends VerticleBase {
  private final Tracer tracer;
  private final String name;
  private final String bus;
  private IpcBridge bridge;

  private TracedOrder(Tracer tracer, String name, String bus) {
    this.tracer = tracer;
    this.name = name;
    this.bus = bus;
  }

  public static void main(String[] args) {
    OpenTelemetrySdk telemetry = telemetry(args[0]);
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setPreferNativeTransport(true))
            .withTracer(new OpenTelemetryTracingFactory(telemetry)) // The one line.
            .build();
    closeAtTheEnd(vertx, telemetry);
    vertx
        .deployVerticle(new TracedOrder(telemetry.getTracer("order"), args[0], args[1]))
        .onFailure(TracedOrder::fail);
  }

  /** However the process ends, all spans end first, and then what waits to be exported is. */
  private static void closeAtTheEnd(Vertx vertx, OpenTelemetrySdk telemetry) {
    Runnable close =
        () -> {
          vertx.close().toCompletionStage().toCompletableFuture().join();
          telemetry.close();
        };
    Runtime.getRuntime().addShutdownHook(new Thread(close));
  }

  private static void fail(Throwable e) {
    System.err.println(e.getMessage());
    end(1);
  }

  private static void end(int status) {
    // Not here: what is done at the exit needs the event loop.
    new Thread(() -> System.exit(status)).start();
  }

  /** Makes spans, and writes into the headers of messages to which trace they belong. */
  private static OpenTelemetrySdk telemetry(String service) {
    Resource resource = Resource.getDefault().toBuilder().put("service.name", service).build();
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(new PrintedSpans()).build())
                .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  @Override
  public Future<?> start() {
    BusOptions options = new BusOptions().setName(bus).setNode(name);
    return name.equals("shop") ? shop(options) : stock(options);
  }

  // The shop.

  private Future<Void> shop(BusOptions options) {
    vertx.eventBus().consumer("shop.discount", item -> item.reply(0.75));
    options.addExport("shop.discount").addImport("stock.*");
    bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options));
    // The stock leaves when it has had the order.
    bridge.peerHandler(
        peer -> {
          if (!peer.up()) {
            end(0);
          }
        });
    bridge.awaitExport("stock.price").compose(there -> order("tea")).onFailure(TracedOrder::fail);
    return bridge.start();
  }

  private Future<Void> order(String item) {
    Span order = tracer.spanBuilder("order").startSpan();
    return within(order, () -> vertx.eventBus().<Double>request("stock.price", item))
        .onSuccess(
            price -> {
              System.out.println(item + " costs " + price.body());
              within(order, () -> vertx.eventBus().publish("stock.orders", item));
            })
        .onFailure(order::recordException)
        .onComplete(price -> order.end())
        .mapEmpty();
  }

  /** Sends something while the span is current, so that it gets a span below that one. */
  private static <T> T within(Span span, Supplier<T> send) {
    try (Scope current = span.makeCurrent()) {
      return send.get();
    }
  }

  // The stock.

  private Future<Void> stock(BusOptions options) {
    vertx.eventBus().consumer("stock.price", this::price);
    vertx.eventBus().consumer("stock.orders", this::ordered);
    options.addImport("shop.discount");
    bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options));
    // The stock exports its addresses when it can answer. The shop waits for the last of them.
    bridge
        .awaitExport("shop.discount")
        .compose(there -> bridge.export("stock.orders"))
        .compose(exported -> bridge.export("stock.price"))
        .onFailure(TracedOrder::fail);
    return bridge.start();
  }

  private void price(Message<String> item) {
    Span lookUp = tracer.spanBuilder("look up").startSpan();
    double full = 10;
    lookUp.end();
    // The span of the message is current here, so that the request gets a span below it.
    vertx
        .eventBus()
        .<Double>request("shop.discount", item.body())
        .onSuccess(discount -> item.reply(full * discount.body()))
        .onFailure(e -> item.fail(1, e.getMessage()));
  }

  private void ordered(Message<String> item) {
    System.out.println("ordered: " + item.body());
    end(0);
  }
}
