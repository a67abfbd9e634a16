package org.vertxipc.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcPeer;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * A JVM with many nodes, each of which is on a bus, or a bus of its own: where only few JVMs can be
 * started, and it does not matter which of them a node is in. Each answers at NAME.echo.
 */
public final class ManyNodes extends JvmProcess {
  private boolean up;

  private ManyNodes(List<String> command) throws IOException {
    super(command);
  }

  /** Starts it by another command, which is followed by that of the JVM. */
  public static ManyNodes spawn(List<String> starter, List<BusOptions> nodes) throws IOException {
    List<String> command = new ArrayList<>(starter);
    // Of these the JVM makes files in /tmp, named by process: in PID namespaces all are number 1.
    command.addAll(java("-Xmx256m", "-XX:-UsePerfData"));
    command.add(ManyNodes.class.getName());
    nodes.forEach(options -> command.add(TestBus.json(options).encode()));
    return new ManyNodes(command);
  }

  private JsonObject call(String op) throws IOException {
    if (!up) {
      expect("up");
      up = true;
    }
    tell(op);
    JsonObject answer = new JsonObject(line());
    if (answer.containsKey("failure")) {
      throw new IOException(answer.getString("failure"));
    }
    return answer;
  }

  /** Starts all nodes, one after the other. */
  public void start() throws IOException {
    call("start");
  }

  /** Returns which peers of each node answer it. */
  public Map<String, List<String>> answering() {
    return texts("answering");
  }

  /** Returns the lines about nodes that were logged, and with "traced" those with a trace. */
  public Map<String, List<String>> said() {
    return texts("said");
  }

  private Map<String, List<String>> texts(String op) {
    try {
      Map<String, List<String>> texts = new LinkedHashMap<>();
      JsonObject answer = call(op);
      for (String key : answer.fieldNames()) {
        texts.put(key, answer.getJsonArray(key).stream().map(String::valueOf).toList());
      }
      return texts;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public static void main(String[] args) throws Exception {
    Nodes nodes = new Nodes();
    for (String config : args) {
      nodes.add(new JsonObject(config));
    }
    System.out.println("up");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonObject answer;
        try {
          answer = nodes.run(line);
        } catch (Exception e) {
          answer = new JsonObject().put("failure", String.valueOf(e.getMessage()));
        }
        System.out.println(answer.encode());
      }
    }
    nodes.close();
    System.exit(0);
  }

  /** The nodes of this JVM. */
  public static final class Nodes implements AutoCloseable {
    private final Said said = new Said();
    private final Map<String, Vertx> vertx = new LinkedHashMap<>();
    private final Map<String, IpcBridge> bridges = new LinkedHashMap<>();

    /** Adds a node with a Vert.x of its own: with one of many buses it would be a gateway. */
    public void add(JsonObject config) throws Exception {
      Vertx own =
          Vertx.vertx(
              new VertxOptions()
                  .setEventLoopPoolSize(1)
                  .setWorkerPoolSize(2)
                  .setPreferNativeTransport(true));
      String name = config.getJsonObject("bus").getString("node");
      vertx.put(name, own);
      bridges.put(name, IpcBridge.create(own, new IpcBridgeOptions(config)));
      Await.get(
          own.eventBus().<Object>consumer(name + ".echo", m -> m.reply(m.body())).completion());
    }

    public void start() throws Exception {
      for (IpcBridge bridge : bridges.values()) {
        Await.get(bridge.start());
      }
    }

    JsonObject run(String op) throws Exception {
      JsonObject answer = new JsonObject();
      switch (op) {
        case "start" -> start();
        case "answering" -> answering().forEach((k, v) -> answer.put(k, new JsonArray(v)));
        case "said" -> said().forEach((k, v) -> answer.put(k, new JsonArray(v)));
        default -> throw new IllegalArgumentException("unknown command " + op);
      }
      return answer;
    }

    public Map<String, List<String>> answering() throws Exception {
      Map<String, List<String>> all = new LinkedHashMap<>();
      for (String name : bridges.keySet()) {
        List<String> answered = new ArrayList<>();
        for (IpcPeer peer : Await.get(bridges.get(name).peers())) {
          if (!peer.exports().isEmpty()) {
            Future<Object> echo =
                vertx
                    .get(name)
                    .eventBus()
                    .<Object>request(peer.node() + ".echo", name)
                    .map(m -> m.body());
            if (name.equals(Await.get(echo))) {
              answered.add(peer.node());
            }
          }
        }
        answered.sort(null);
        all.put(name, answered);
      }
      return all;
    }

    public Map<String, List<String>> said() {
      return Map.of("said", said.starting("Node "), "traced", said.traced("Node "));
    }

    @Override
    public void close() throws Exception {
      for (IpcBridge bridge : bridges.values()) {
        Await.get(bridge.close());
      }
      for (Vertx each : vertx.values()) {
        Await.get(each.close());
      }
      said.close();
    }
  }
}
