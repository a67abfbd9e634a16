package org.vertxipc.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcProducer;
import org.vertxipc.options.IpcBridgeOptions;

/** A process with many nodes. Arguments: the configurations, the number of all, and a sink. */
public final class CrowdNode extends JvmProcess {
  private static final int TICK_MESSAGES = 50;

  private CrowdNode(List<String> command) throws IOException {
    super(command);
  }

  public static CrowdNode start(List<JsonObject> configs, int all, String sink) throws IOException {
    List<String> command = java("-Xmx256m", "-Xshare:auto");
    command.addAll(
        List.of(CrowdNode.class.getName(), new JsonArray(configs).encode(), "" + all, sink));
    return new CrowdNode(command);
  }

  public static void main(String[] args) throws Exception {
    JsonArray configs = new JsonArray(args[0]);
    int nodes = Integer.parseInt(args[1]);
    List<Vertx> all = new ArrayList<>();
    List<IpcBridge> bridges = new ArrayList<>();
    for (Object config : configs) {
      // One bus takes one node of each Vert.x.
      Vertx vertx =
          Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
      all.add(vertx);
      bridges.add(IpcBridge.create(vertx, new IpcBridgeOptions((JsonObject) config)));
    }
    System.out.println("made");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("start")) {
        Await.get(Future.all(bridges.stream().map(IpcBridge::start).toList()));
        for (IpcBridge bridge : bridges) {
          Await.until("all are there", () -> peers(bridge) == nodes - 1);
        }
        System.out.println("all");
      } else {
        for (int i = 0; i < bridges.size(); i++) {
          send(all.get(i), bridges.get(i), args[2], configs.getJsonObject(i));
        }
      }
    }
    Await.get(Future.all(bridges.stream().map(IpcBridge::close).toList()));
    Await.get(Future.all(all.stream().map(Vertx::close).toList()));
    System.exit(0);
  }

  private static int peers(IpcBridge bridge) {
    try {
      return (int)
          Await.get(bridge.peers()).stream().filter(p -> p.up() && !p.exports().isEmpty()).count();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(Vertx vertx, IpcBridge bridge, String sink, JsonObject config) {
    IpcProducer producer = bridge.sender(sink);
    int node = Integer.parseInt(config.getJsonObject("bus").getString("node").substring(1));
    int[] number = {0};
    vertx.setPeriodic(
        1,
        id -> {
          for (int i = 0; i < TICK_MESSAGES && !producer.writeQueueFull(); i++) {
            if (producer.write(Buffer.buffer().appendInt(node).appendInt(number[0])).failed()) {
              return;
            }
            number[0]++;
          }
        });
  }
}
