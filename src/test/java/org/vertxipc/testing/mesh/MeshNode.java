package org.vertxipc.testing.mesh;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.mesh.LedgerEntry.State;

/**
 * The program of one life of a node. Arguments: its configuration, seed and transports of the plan,
 * the number of the node, that of its life, and its ledger. It obeys two words on its standard
 * input: hush, and close, which is also what it does at its end.
 */
public final class MeshNode {
  /** What the log has before an exception that nobody caught. */
  static final String THREW = "THREW ";

  private static final int EVENT_LOOPS = 2;
  private static final int FAILED = 3;
  private static final long LONG_MILLIS = 3_600_000;

  private final MeshSelf self;
  private final MeshConsumers consumers;
  private final List<MeshSender> senders = new ArrayList<>();
  private final boolean sendsToTheLast;

  private MeshNode(String[] args) throws Exception {
    MeshPlan plan = new MeshPlan(Long.parseLong(args[1]), List.of(args[2].split(",")));
    MeshPlan.Node node = plan.nodes().get(Integer.parseInt(args[3]));
    int incarnation = Integer.parseInt(args[4]);
    Ledger ledger = new Ledger(Path.of(args[5]));
    long seed = MeshBody.mix(plan.seed() + 31L * node.number() + 1009L * incarnation);
    Random random = new Random(seed);
    sendsToTheLast = random.nextBoolean();
    // The fallback takes part, too. A blocked thread means nothing in a process that is stopped at
    // times.
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setPreferNativeTransport(random.nextInt(4) > 0)
                .setBlockedThreadCheckInterval(LONG_MILLIS));
    vertx.exceptionHandler(MeshNode::threw);
    vertx.eventBus().registerDefaultCodec(MeshNote.class, new MeshNote.Codec());
    Places places = new Places(vertx);
    MeshView view = new MeshView(plan, ledger);
    IpcBridgeOptions config = new IpcBridgeOptions(new JsonObject(args[0]));
    List<String> exports = new ArrayList<>();
    for (MeshPlan.Address address : plan.addresses()) {
      boolean atOnce = address.role().isPermanent() || random.nextBoolean();
      if (address.mayBeOn(node.number()) && atOnce) {
        exports.add(address.name());
        config.getBus().addExport(address.name());
      }
    }
    Promise<IpcBridge> made = Promise.promise();
    places.run(Places.BRIDGE_LOOP, () -> made.complete(IpcBridge.create(vertx, config)));
    IpcBridge bridge = Await.get(made.future());
    bridge.peerHandler(view::on);
    self =
        new MeshSelf(
            plan, node, incarnation, vertx, bridge, places, ledger, view, new AtomicInteger());
    consumers = new MeshConsumers(self, random.nextLong());
    for (int place = 0; place < Places.COUNT; place++) {
      senders.add(new MeshSender(self, place, random.nextLong()));
    }
    consumers.prepare(exports);
    Await.get(bridge.start());
    ledger.state(State.STARTED);
    consumers.start(exports);
    senders.forEach(MeshSender::start);
  }

  public static void main(String[] args) {
    try {
      MeshNode node = new MeshNode(args);
      node.obey();
      node.close();
      System.exit(0);
    } catch (Exception e) {
      fail(e);
    }
  }

  /** Logs what was thrown where nobody catches it; the test finds it in the log. */
  static void threw(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    System.err.print(THREW + text);
  }

  /** Ends the process at once, so that the test sees it. */
  private static void fail(Throwable e) {
    e.printStackTrace();
    Runtime.getRuntime().halt(FAILED);
  }

  private void obey() throws Exception {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.equals("hush")) {
          return;
        }
        consumers.hush();
        senders.forEach(MeshSender::hush);
        Await.until("all is read", () -> senders.stream().allMatch(MeshSender::isIdle));
        self.ledger().hushed();
      }
    }
  }

  private void close() throws Exception {
    consumers.hush();
    if (!sendsToTheLast) {
      senders.forEach(MeshSender::hush);
    }
    self.ledger().state(State.CLOSING);
    int[] before = senders.stream().mapToInt(MeshSender::steps).toArray();
    Await.until("what was begun is sent", () -> haveGoneOn(before));
    Await.get(self.bridge().close());
    senders.forEach(MeshSender::stop);
    int[] then = senders.stream().mapToInt(MeshSender::steps).toArray();
    Await.until("no more is sent", () -> haveGoneOn(then));
    Await.until("all requests have ended", () -> self.ledger().waiting() == 0);
    self.ledger().state(State.CLOSED);
    self.places().close();
    Await.get(self.vertx().close());
  }

  /** Returns whether each sender has ended two more steps: the second began after the first. */
  private boolean haveGoneOn(int[] before) {
    for (int i = 0; i < before.length; i++) {
      if (senders.get(i).steps() - before[i] < 2) {
        return false;
      }
    }
    return true;
  }
}
