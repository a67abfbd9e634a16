package org.vertxipc.testing;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.TcpIpConfig;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.JksOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.CRC32;
import org.vertxipc.IpcClusterManager;
import org.vertxipc.IpcConnection;
import org.vertxipc.IpcTransport;
import org.vertxipc.options.IpcClusterOptions;
import org.vertxipc.options.IpcTransportOptions;

/**
 * A clustered Vert.x over Hazelcast, or without a network when it is given the options of such a
 * cluster, told what to do by lines on the standard input of its JVM. A JVM may have several.
 */
public final class ClusterNode {
  private static final String PROPERTY = "vertxipc.transport";
  private static final long REQUEST_MILLIS = 20_000;
  private static final long SLOW_NANOS = 1_000_000;
  private static final Map<String, ClusterNode> NODES = new HashMap<>();
  private static final Map<String, IpcTransport> TRANSPORTS = new HashMap<>();
  private static final Said SAID = new Said();
  // It warns of each connection that it can't make to one that was killed.
  private static final Logger EVENT_BUS = Logger.getLogger("io.vertx.core.eventbus");
  // It complains when all that is left of a cluster keeps no data.
  private static final Logger MANAGER = Logger.getLogger("io.vertx.spi.cluster");

  private final Vertx vertx;
  private final EventBus bus;
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Map<String, Queue<Object>> received = new ConcurrentHashMap<>();
  private final Map<String, NumberCheck> checks = new ConcurrentHashMap<>();
  private final ClusterData data;
  private NumberFlood flood;

  private ClusterNode(Vertx vertx) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.data = new ClusterData(vertx);
    vertx.exceptionHandler(this::failed);
  }

  private void failed(Throwable e) {
    // Vert.x completes a promise twice when a write fails for lack of a connection, over TCP, too.
    if (!"Promise already completed".equals(e.getMessage())) {
      e.printStackTrace();
      wrong.add(e.toString());
    }
  }

  public static void main(String[] args) throws Exception {
    EVENT_BUS.setLevel(Level.SEVERE);
    MANAGER.setLevel(Level.OFF);
    System.out.println("up");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonObject answer = new JsonObject();
        try {
          answer.put("result", run(new JsonObject(line)));
        } catch (Exception | LinkageError e) {
          answer.put("failure", messages(e));
        }
        System.out.println(answer.encode());
      }
    }
    for (ClusterNode node : NODES.values()) {
      Await.get(node.vertx.close());
    }
    System.exit(0);
  }

  private static String messages(Throwable e) {
    return e + (e.getCause() == null ? "" : ": " + messages(e.getCause()));
  }

  private static Object run(JsonObject command) throws Exception {
    String name = command.getString("node");
    switch (command.getString("op")) {
      case "property" -> {
        if (command.getString("value") == null) {
          System.clearProperty(PROPERTY);
        } else {
          System.setProperty(PROPERTY, command.getString("value"));
        }
      }
      case "start" -> NODES.put(name, new ClusterNode(Await.get(start(command))));
      case "crowd" -> crowd(command);
      case "close" -> Await.get(NODES.remove(name).vertx.close());
      default -> {
        return NODES.get(name).execute(command);
      }
    }
    return null;
  }

  /** Starts many at the same time, named by numbers. */
  private static void crowd(JsonObject command) throws Exception {
    List<Future<Vertx>> all = new ArrayList<>();
    for (int i = 0; i < command.getInteger("many"); i++) {
      all.add(start(command));
    }
    for (Future<Vertx> each : all) {
      NODES.put(command.getString("node") + NODES.size(), new ClusterNode(Await.get(each)));
    }
  }

  private static Future<Vertx> start(JsonObject command) {
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(
                command.getInteger("loops", VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE))
            .setPreferNativeTransport(command.getBoolean("native", true))
            .setHAEnabled(command.getBoolean("ha", false))
            .setEventBusOptions(eventBus(command));
    JsonObject cluster = command.getJsonObject("cluster");
    if (cluster != null && cluster.isEmpty()) {
      return Vertx.clusteredVertx(options);
    }
    ClusterManager manager =
        cluster == null
            ? new HazelcastClusterManager(hazelcast(command))
            : new IpcClusterManager(new IpcClusterOptions(cluster));
    VertxBuilder builder = Vertx.builder().with(options).withClusterManager(manager);
    JsonObject transport = command.getJsonObject("transport");
    if (transport != null) {
      String shared = command.getString("shared");
      IpcTransport made =
          shared == null
              ? create(transport)
              : TRANSPORTS.computeIfAbsent(shared, key -> create(transport));
      builder.withTransport(made);
    }
    return builder.buildClustered();
  }

  private static EventBusOptions eventBus(JsonObject command) {
    EventBusOptions options =
        new EventBusOptions().setHost(host(command)).setPort(command.getInteger("port", 0));
    String keys = command.getString("tls");
    if (keys != null) {
      JksOptions store = new JksOptions().setPath(keys).setPassword("password");
      options.setSsl(true).setKeyCertOptions(store).setTrustOptions(store);
    }
    return options;
  }

  private static IpcTransport create(JsonObject options) {
    return IpcTransport.create(new IpcTransportOptions(options));
  }

  private static Config hazelcast(JsonObject command) {
    Config config = new Config();
    config.setLiteMember(command.getBoolean("lite", false));
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    // Fewer are moved when a member joins or leaves.
    config.setProperty("hazelcast.partition.count", "11");
    // Members are stopped in some tests.
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "3600");
    config.getNetworkConfig().setPort(command.getInteger("member")).setPortAutoIncrement(false);
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(host(command));
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    TcpIpConfig members = join.getTcpIpConfig().setEnabled(true);
    for (Object host : command.getJsonArray("hosts", new JsonArray().add(host(command)))) {
      command.getJsonArray("members").forEach(port -> members.addMember(host + ":" + port));
    }
    return config;
  }

  private static String host(JsonObject command) {
    return command.getString("host", "127.0.0.1");
  }

  private Object execute(JsonObject command) throws Exception {
    String address = command.getString("address");
    Object body = command.getValue("body");
    switch (command.getString("op")) {
      case "consume" ->
          Await.get(bus.consumer(address, m -> handle(address, (String) body, m)).completion());
      case "publish" -> bus.publish(address, body);
      case "burst" -> burst(address, command.getInteger("many"), command.getBoolean("send"));
      case "request" -> {
        return Await.get(bus.request(address, body, patient())).body();
      }
      case "bytes" -> {
        Buffer bytes = random((Integer) body);
        return Await.get(bus.<Long>request(address, bytes, patient())).body() == sum(bytes);
      }
      case "flood" -> flood = NumberFlood.start(vertx, address);
      case "stopFlood" -> Await.get(flood.stop());
      case "sent" -> {
        return flood.sent();
      }
      case "handedOver" -> {
        return flood.handedOver();
      }
      case "failed" -> {
        return flood.failed();
      }
      default -> {
        return tell(command.getString("op"), address, command);
      }
    }
    return null;
  }

  private Object tell(String op, String address, JsonObject command) throws Exception {
    return switch (op) {
      case "count" ->
          checks.containsKey(address)
              ? checks.get(address).count()
              : received.getOrDefault(address, new ConcurrentLinkedQueue<>()).size();
      case "received" -> new JsonArray(List.copyOf(received.get(address)));
      case "lowest" -> checks.get(address).lowest();
      case "wrong" -> new JsonArray(List.copyOf(wrong));
      case "warnings" -> new JsonArray(SAID.starting(""));
      case "memory" -> memory();
      case "connections" -> connections();
      default -> data.execute(op, command);
    };
  }

  private void handle(String address, String mode, Message<?> message) {
    switch (mode) {
      case "record" ->
          received
              .computeIfAbsent(address, key -> new ConcurrentLinkedQueue<>())
              .add(message.body());
      case "echo" -> message.reply(message.body());
      case "sum" -> message.reply(sum((Buffer) message.body()));
      case "numbers" -> check(address).accept((Buffer) message.body());
      case "slow" -> {
        // This is on the loop that reads the ring, when there is only one.
        LockSupport.parkNanos(SLOW_NANOS);
        check(address).accept((Buffer) message.body());
      }
      default -> throw new IllegalArgumentException("unknown mode " + mode);
    }
  }

  private NumberCheck check(String address) {
    return checks.computeIfAbsent(address, key -> new NumberCheck(wrong));
  }

  private static DeliveryOptions patient() {
    return new DeliveryOptions().setSendTimeout(REQUEST_MILLIS);
  }

  private void burst(String address, int many, boolean send) throws Exception {
    MessageProducer<Object> producer = send ? bus.sender(address) : bus.publisher(address);
    for (int i = 0; i < many; i++) {
      Await.get(producer.write(i));
    }
    Await.get(producer.close());
  }

  private static Buffer random(int many) {
    byte[] bytes = new byte[many];
    new Random(many).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private static long sum(Buffer buffer) {
    CRC32 sum = new CRC32();
    sum.update(buffer.getBytes());
    return sum.getValue();
  }

  private static long memory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory()
        - runtime.freeMemory()
        + Math.max(0, PlatformDependent.usedDirectMemory());
  }

  private JsonArray connections() {
    JsonArray all = new JsonArray();
    for (IpcConnection c :
        IpcTransport.of(vertx).map(IpcTransport::connections).orElse(List.of())) {
      all.add(
          new JsonObject()
              .put("remote", c.remote().host() + ":" + c.remote().port())
              .put("inbound", c.inbound())
              .put("ring", c.ring())
              .put("reason", c.reason()));
    }
    return all;
  }
}
