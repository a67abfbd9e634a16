package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;

/** Tests what metrics and traces record about messages between Vert.x instances. */
class ObservabilityTest {
  private static final int MESSAGES = 100;

  /** Counts what Vert.x tells of messages to one address, and of replies. */
  private static final class Metrics implements EventBusMetrics<String> {
    final Map<String, Integer> counts = new ConcurrentHashMap<>();

    private void count(String what) {
      counts.merge(what, 1, Integer::sum);
    }

    Map<String, Integer> sorted() {
      return new TreeMap<>(counts);
    }

    @Override
    public String handlerRegistered(String address) {
      if (address.equals(Mesh.X)) {
        count("registered");
      }
      return address.equals(Mesh.X) ? address : null;
    }

    @Override
    public void scheduleMessage(String handler, boolean local) {
      if (handler != null) {
        count("scheduled " + (local ? "local" : "remote"));
      }
    }

    @Override
    public void messageDelivered(String handler, boolean local) {
      if (handler != null) {
        count("delivered " + (local ? "local" : "remote"));
      }
    }

    @Override
    public void discardMessage(String handler, boolean local, Message<?> message) {
      count("discarded");
    }

    @Override
    public void messageSent(String address, boolean publish, boolean local, boolean remote) {
      if (address.equals(Mesh.X)) {
        count(publish ? "published" : "sent");
      }
    }

    @Override
    public void messageReceived(String address, boolean publish, boolean local, int handlers) {
      if (address.equals(Mesh.X)) {
        count("received");
      }
    }

    static Vertx vertx(Metrics metrics) {
      return builder(metrics).build();
    }

    static VertxBuilder builder(EventBusMetrics<?> metrics) {
      VertxMetrics factory =
          new VertxMetrics() {
            @Override
            public EventBusMetrics<?> createEventBusMetrics() {
              return metrics;
            }
          };
      return Vertx.builder()
          .with(Mesh.options().setMetricsOptions(new MetricsOptions().setEnabled(true)))
          .withMetrics(options -> factory);
    }
  }

  @ParameterizedTest
  @EnumSource
  void metricsCountAMessageOnceAtItsSenderAndOnceAtItsReceiver(InterceptorsTest.Kind kind)
      throws Exception {
    Metrics sender = new Metrics();
    Metrics receiver = new Metrics();
    try (Mesh mesh = Mesh.over("shm")) {
      mesh.add(Metrics.vertx(sender))
          .add(Metrics.vertx(receiver))
          .add(3)
          .bus(0, 1, 2, 3, 4)
          .start();
      Received only = mesh.consume(1);
      mesh.flush(0);
      assertEquals(Map.of(), handlers(sender));
      assertEquals(Map.of("registered", 1), handlers(receiver));
      sender.counts.clear();
      receiver.counts.clear();

      kind.send(mesh, MESSAGES);
      Await.until("all are there", () -> only.count() >= MESSAGES);

      String sent = kind == InterceptorsTest.Kind.PUBLISH ? "published" : "sent";
      // At the sender, the consumer that stands for the other node has received it.
      assertEquals(Map.of(sent, MESSAGES, "received", MESSAGES), sender.sorted());
      assertEquals(
          Map.of("delivered remote", MESSAGES, "scheduled remote", MESSAGES), receiver.sorted());
    }
  }

  private static Map<String, Integer> handlers(Metrics metrics) {
    Map<String, Integer> of = metrics.sorted();
    of.keySet().removeIf(key -> !key.equals("registered"));
    return of;
  }

  /** A span is its name, a number; what is told of it is kept in order. */
  private static final class Tracer implements VertxTracer<String, String> {
    private static final String HEADER = "trace";

    private final String node;
    private final AtomicInteger spans = new AtomicInteger();
    final Queue<String> log = new ConcurrentLinkedQueue<>();
    final Map<String, String> parents = new ConcurrentHashMap<>();

    Tracer(String node) {
      this.node = node;
    }

    private String span(String parent) {
      String span = node + spans.incrementAndGet();
      parents.put(span, parent == null ? "none" : parent);
      return span;
    }

    @Override
    public <R> String receiveRequest(
        Context context,
        SpanKind kind,
        TracingPolicy policy,
        R request,
        String operation,
        Iterable<Map.Entry<String, String>> headers,
        TagExtractor<R> tags) {
      String parent = null;
      for (Map.Entry<String, String> header : headers) {
        parent = header.getKey().equals(HEADER) ? header.getValue() : parent;
      }
      String span = span(parent);
      log.add("receive " + operation + " " + span);
      return span;
    }

    @Override
    public <R> void sendResponse(
        Context context, R response, String span, Throwable failure, TagExtractor<R> tags) {
      log.add("respond " + span);
    }

    @Override
    public <R> String sendRequest(
        Context context,
        SpanKind kind,
        TracingPolicy policy,
        R request,
        String operation,
        BiConsumer<String, String> headers,
        TagExtractor<R> tags) {
      String span = span(null);
      headers.accept(HEADER, span);
      log.add("send " + operation + " " + span);
      return span;
    }

    @Override
    public <R> void receiveResponse(
        Context context, R response, String span, Throwable failure, TagExtractor<R> tags) {
      log.add("end " + span + (failure == null ? "" : " " + failure.getClass().getSimpleName()));
    }
  }

  /** Two nodes that trace: on one bus, or with a gateway in between, which does not trace. */
  private static Mesh traced(Tracer a, Tracer b, boolean gateway) throws Exception {
    Mesh mesh = Mesh.over("shm").add(traced(a)).add(traced(b));
    if (gateway) {
      mesh.add(1).bus(0, 2).bus(2, 1);
    } else {
      mesh.bus(0, 1);
    }
    return mesh.start();
  }

  private static Vertx traced(Tracer tracer) {
    return Vertx.builder().with(Mesh.options()).withTracer(options -> tracer).build();
  }

  // From a loop: a reply that is faster than the thread that asked leaves the span open in one
  // Vert.x, too.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRequestIsOneTraceFromLocalSpanToLocalSpan(boolean gateway) throws Exception {
    Tracer a = new Tracer("a");
    Tracer b = new Tracer("b");
    try (Mesh mesh = traced(a, b, gateway)) {
      mesh.events(1).consumer(Mesh.X, m -> m.reply("done"));
      Await.get(mesh.onLoop(0, () -> mesh.events(0).request(Mesh.X, "?")));
      Await.until("both spans have ended", () -> a.log.size() == 2 && b.log.size() == 2);
      assertEquals(List.of("send send a1", "end a1"), List.copyOf(a.log));
      assertEquals(List.of("receive send b1", "respond b1"), List.copyOf(b.log));
      assertEquals(Map.of("b1", "a1"), b.parents);
    }
  }

  @Test
  void sendsAndPublishesAreTracesTooEachWithAParent() throws Exception {
    Tracer a = new Tracer("a");
    Tracer b = new Tracer("b");
    try (Mesh mesh = traced(a, b, false)) {
      mesh.consume(1);
      Await.get(
          mesh.onLoop(
              0,
              () -> {
                mesh.events(0).send(Mesh.X, "s");
                mesh.events(0).publish(Mesh.X, "p");
              }));
      Await.until("all spans have ended", () -> a.log.size() == 4 && b.log.size() == 4);
      assertEquals(
          List.of("send send a1", "end a1", "send publish a2", "end a2"), List.copyOf(a.log));
      assertEquals(
          List.of("receive send b1", "respond b1", "receive publish b2", "respond b2"),
          List.copyOf(b.log));
      assertEquals(Map.of("b1", "a1", "b2", "a2"), b.parents);
    }
  }

  @Test
  void aFailedRequestEndsItsSpanWithTheFailure() throws Exception {
    Tracer a = new Tracer("a");
    Tracer b = new Tracer("b");
    try (Mesh mesh = traced(a, b, false)) {
      Await.get(mesh.onLoop(0, () -> mesh.events(0).request(Mesh.X, "nobody")));
      Await.until("the span has ended", () -> a.log.size() == 2);
      assertEquals(List.of("send send a1", "end a1 ReplyException"), List.copyOf(a.log));
      assertEquals(List.of(), List.copyOf(b.log));
      mesh.events(1).consumer(Mesh.X, m -> m.fail(1, "no"));
      Await.get(mesh.onLoop(0, () -> mesh.events(0).request(Mesh.X, "fails")));
      Await.until("both spans have ended", () -> a.log.size() == 4 && b.log.size() == 2);
      assertEquals("a2", b.parents.get("b1"));
      assertEquals("end a2 ReplyException", List.copyOf(a.log).get(3));
    }
  }

  /**
   * The bridge refuses the request on its own loop, while the sender is still sending it: the event
   * bus tells the metrics that a message was sent before it gives the reply handler the span.
   */
  @Test
  void aRequestThatIsRefusedOnAnotherLoopEndsItsSpan() throws Exception {
    Tracer a = new Tracer("a");
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    EventBusMetrics<String> slow =
        new EventBusMetrics<>() {
          @Override
          public void messageSent(String address, boolean publish, boolean local, boolean remote) {
            meanwhile.get().run();
          }
        };
    try (Mesh mesh =
        Mesh.over("shm").add(Metrics.builder(slow).withTracer(o -> a).build()).add(1)) {
      mesh.bus(options -> options.setMaxMessageBytes(1024), 0, 1).start();
      Promise<Message<Object>> failed = Promise.promise();
      Await.get(
          mesh.onOtherLoop(
              0,
              () -> {
                meanwhile.set(() -> awaitTasks(mesh));
                mesh.events(0).request(Mesh.X, Buffer.buffer(new byte[2048])).onComplete(failed);
              }));
      ReplyException failure = (ReplyException) Await.failure(failed.future());
      assertEquals(IpcBridge.TOO_LARGE, failure.failureCode());
      // A span ends before its future does.
      assertEquals(List.of("send send a1", "end a1 ReplyException"), List.copyOf(a.log));
    }
  }

  /**
   * Waits until the loop of the bridge has done what it has to do now, and what follows at once.
   */
  private static void awaitTasks(Mesh mesh) {
    for (int i = 0; i < 3; i++) {
      CountDownLatch done = new CountDownLatch(1);
      mesh.onLoop(0, done::countDown);
      Await.latch(done);
    }
  }

  @Test
  void aRequestWhoseNodeGoesEndsItsSpanWithTheFailure() throws Exception {
    Tracer a = new Tracer("a");
    Tracer b = new Tracer("b");
    try (Mesh mesh = traced(a, b, false)) {
      mesh.events(1).consumer(Mesh.X, m -> {});
      Await.get(mesh.onLoop(0, () -> mesh.events(0).request(Mesh.X, "?")));
      Await.until("it is there", () -> b.log.size() == 1);
      Await.get(mesh.bridge(1).close());
      Await.until("the span has ended", () -> a.log.size() == 2);
      assertEquals(List.of("send send a1", "end a1 ReplyException"), List.copyOf(a.log));
      // The consumer has not replied, and its span ends with the reply, as in one Vert.x.
      assertEquals(List.of("receive send b1"), List.copyOf(b.log));
    }
  }

  @Test
  void whatAProducerOfTheBridgeWritesIsNoSpanAtItsSender() throws Exception {
    Tracer a = new Tracer("a");
    Tracer b = new Tracer("b");
    try (Mesh mesh = traced(a, b, false)) {
      mesh.consume(1);
      Await.get(mesh.bridge(0).sender(Mesh.X).write("s"));
      Await.get(mesh.bridge(0).publisher(Mesh.X).write("p"));
      Await.until("all spans have ended", () -> b.log.size() == 4);
      assertEquals(List.of(), List.copyOf(a.log));
      assertEquals(Map.of("b1", "none", "b2", "none"), b.parents);
    }
  }

  @Test
  void whatAGatewayPassesOnIsNoSpanThere() throws Exception {
    Tracer a = new Tracer("a");
    Tracer b = new Tracer("b");
    Tracer between = new Tracer("between");
    try (Mesh mesh = Mesh.over("shm").add(traced(a)).add(traced(b)).add(traced(between))) {
      mesh.bus(0, 2).bus(2, 1).start();
      Received far = mesh.consume(1);
      Await.get(mesh.onLoop(0, () -> mesh.events(0).publish(Mesh.X, "p")));
      Await.until("it is there", () -> far.count() == 1 && b.log.size() == 2);
      assertEquals("a1", b.parents.get("b1"));
      assertEquals(List.of(), List.copyOf(between.log));
    }
  }
}
