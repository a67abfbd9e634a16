package org.vertxipc.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.posix.Posix;

/** The other process: a Vert.x with a bridge, told what to do by lines on its standard input. */
public final class TestNode {
  /** The address at which errors in a torrent are reported. */
  public static final String WRONG = "t.wrong";

  /** The property of a node in which the bridge itself is to load what is native. */
  public static final String LOADS_LATE = "vertxipc.tests.loadsLate";

  private static final JsonObject NONE = new JsonObject();

  private final Torrent.Check check = new Torrent.Check();
  private final Vertx vertx;
  private final EventBus bus;
  private final JsonObject config;
  private IpcBridge bridge;
  private final boolean durable;
  private final List<InputStream> hoard = new ArrayList<>();
  private final Said said = new Said();
  private final Queue<String> gone = new ConcurrentLinkedQueue<>();
  private final Map<String, List<Object>> received = new ConcurrentHashMap<>();

  private TestNode(JsonObject config, boolean nativeTransport) {
    vertx =
        Vertx.vertx(
            BlockedLoops.watch(new VertxOptions().setPreferNativeTransport(nativeTransport)));
    bus = vertx.eventBus();
    bus.registerDefaultCodec(PointCodec.Point.class, new PointCodec("point"));
    this.config = config;
    bridge = IpcBridge.create(vertx, new IpcBridgeOptions(config));
    bridge.peerHandler(
        peer -> {
          if (!peer.up()) {
            gone.add(peer.node() + " " + peer.reason());
          }
        });
    durable = "mapped".equals(config.getJsonObject("bus", new JsonObject()).getString("transport"));
  }

  public static void main(String[] args) throws Exception {
    if (!Boolean.getBoolean(LOADS_LATE)) {
      // It takes a third of the time of a start: other nodes of a test do it meanwhile, too.
      Posix.load();
    }
    TestNode node = new TestNode(new JsonObject(args[0]), Boolean.parseBoolean(args[1]));
    System.out.println("up");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonObject command = new JsonObject(line);
        JsonObject answer = new JsonObject();
        try {
          answer.put("result", node.run(command));
        } catch (LinkageError e) {
          e.printStackTrace();
          answer.put("failure", e.toString());
        } catch (Exception e) {
          answer.put("failure", String.valueOf(e.getMessage()));
        }
        System.out.println(answer.encode());
      }
    }
    Await.get(node.bridge.close());
    Await.get(node.vertx.close());
    System.exit(0);
  }

  private Object run(JsonObject command) throws Exception {
    String address = command.getString("address");
    switch (command.getString("op")) {
      case "start" -> Await.get(bridge.start());
      case "restart" -> {
        bridge = IpcBridge.create(vertx, new IpcBridgeOptions(config));
        Await.get(bridge.start());
      }
      case "consume" -> Await.get(bus.consumer(address, m -> handle(command, m)).completion());
      case "export" -> Await.get(bridge.export(address));
      case "withdraw" -> Await.get(bridge.withdraw(address));
      case "await" -> Await.get(bridge.awaitExport(address));
      case "send" -> bus.send(address, command.getValue("body"));
      case "publish" -> bus.publish(address, command.getValue("body"));
      case "request" -> {
        return Await.get(bus.<Object>request(address, command.getValue("body"), options(command)))
            .body();
      }
      case "series" -> Series.send(bridge, address, command.getInteger("body"));
      case "longEcho" -> {
        return Series.longEcho(bus, address, command.getInteger("body"));
      }
      case "received" -> {
        return new JsonArray(List.copyOf(received.getOrDefault(address, List.of())));
      }
      case "count" -> {
        return received.getOrDefault(address, List.of()).size();
      }
      case "gone" -> {
        return new JsonArray(List.copyOf(gone));
      }
      case "said" -> {
        return new JsonArray(said.starting("Node "));
      }
      case "traced" -> {
        return new JsonArray(said.traced("Node "));
      }
      case "stats" -> {
        return bridge.stats().toJson();
      }
      case "blocked" -> {
        return BlockedLoops.found();
      }
      case "peers" -> {
        return Await.get(bridge.peers()).size();
      }
      case "heap" -> {
        return usedHeap();
      }
      case "flood" -> {
        return flood(address, command.getInteger("body"));
      }
      case "exhaust" -> exhaust();
      case "free" -> {
        for (InputStream held : hoard) {
          held.close();
        }
        hoard.clear();
      }
      case "torrent" -> Torrent.start(vertx, bridge, address, ProcessHandle.current().pid());
      case "exit" -> System.exit(0);
      case "close" -> Await.get(bridge.close());
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
    return null;
  }

  private static DeliveryOptions options(JsonObject command) {
    DeliveryOptions options = new DeliveryOptions();
    options.setSendTimeout(command.getLong("timeout", DeliveryOptions.DEFAULT_TIMEOUT));
    for (Map.Entry<String, Object> header : command.getJsonObject("headers", NONE)) {
      options.addHeader(header.getKey(), (String) header.getValue());
    }
    return options;
  }

  // Opens files until one descriptor is left: loading a class takes one for a moment, and a channel
  // takes two.
  private void exhaust() throws Exception {
    try {
      while (true) {
        hoard.add(new FileInputStream("/dev/null"));
      }
    } catch (FileNotFoundException e) {
      hoard.remove(hoard.size() - 1).close();
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  // Sends numbered buffers as fast as it can, without regard to the queue, and counts what was
  // accepted.
  private JsonObject flood(String address, int millis) throws Exception {
    IpcProducer producer = bridge.sender(address);
    AtomicInteger failed = new AtomicInteger();
    int full = 0;
    List<Integer> accepted = Collections.synchronizedList(new ArrayList<>());
    long end = System.nanoTime() + millis * 1_000_000L;
    int sent = 0;
    Future<Void> last = Future.succeededFuture();
    while (System.nanoTime() < end) {
      for (int i = 0; i < 100; i++) {
        int number = sent++;
        Buffer body = Buffer.buffer(new byte[1024]).setInt(0, number);
        last =
            producer
                .write(body)
                .onSuccess(v -> accepted.add(number))
                .onFailure(e -> failed.incrementAndGet());
      }
      if (producer.writeQueueFull()) {
        full++;
      }
      if (durable) {
        // What waits for room in a store is neither accepted nor refused.
        Thread.sleep(1);
      } else {
        Await.settled(last);
      }
    }
    return new JsonObject()
        .put("sent", sent)
        .put("accepted", accepted.size())
        .put("failed", failed.get())
        .put("full", full);
  }

  private void handle(JsonObject command, Message<Object> m) {
    switch (command.getString("mode")) {
      case "echo" -> m.reply(m.body());
      case "echoPoint" ->
          m.reply(new PointCodec.Point(7, ((PointCodec.Seen) m.body()).text().length()));
      case "describe" ->
          m.reply(
              new JsonObject()
                  .put("type", m.body() == null ? "null" : m.body().getClass().getSimpleName())
                  .put("text", text(m.body()))
                  .put("address", m.address())
                  .put("isSend", m.isSend())
                  .put("headers", new JsonArray(headers(m))));
      case "name" -> {
        record(m);
        m.reply(bridge.node());
      }
      case "record" -> record(m);
      case "number" ->
          received
              .computeIfAbsent(m.address(), a -> new SharedList())
              .add(((Buffer) m.body()).getInt(0));
      case "check" -> {
        String wrong = check.look((Buffer) m.body());
        if (wrong != null) {
          bus.send(WRONG, wrong);
        }
      }
      case "silent" -> {
        // keeps the requester waiting
      }
      case "fail" -> m.fail(42, "as asked");
      case "ask" ->
          m.replyAndRequest("which?")
              .onSuccess(answer -> answer.reply("so " + answer.body()))
              .onFailure(e -> record(m));
      default -> throw new IllegalArgumentException("unknown mode " + command);
    }
  }

  private static String text(Object body) {
    return body instanceof byte[] bytes ? Buffer.buffer(bytes).toString() : String.valueOf(body);
  }

  private static List<String> headers(Message<?> m) {
    return m.headers().entries().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private void record(Message<Object> m) {
    received.computeIfAbsent(m.address(), a -> new SharedList()).add(m.body());
  }

  /** Appends quickly, unlike CopyOnWriteArrayList, and is read by another thread. */
  private static final class SharedList extends AbstractList<Object> {
    private final List<Object> items = new ArrayList<>();

    @Override
    public synchronized boolean add(Object o) {
      return items.add(o);
    }

    @Override
    public synchronized Object get(int index) {
      return items.get(index);
    }

    @Override
    public synchronized int size() {
      return items.size();
    }

    @Override
    public synchronized Object[] toArray() {
      return items.toArray();
    }
  }
}
