package org.vertxipc.examples;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.vertxipc.IpcConnection;
import org.vertxipc.IpcTransport;
import org.vertxipc.options.IpcTransportOptions;

/**
 * One cluster of four processes on two hosts: the event bus goes by rings within a host, and by TCP
 * from host to host. Here both hosts are one machine, with a directory for each, because processes
 * find each other by rings where they share one:
 *
 * <pre>
 *  oslo1 ==rings== oslo2        ROOT/oslo
 *    |  \         /  |
 *    |     TCP       |
 *    |  /         \  |
 *  rome1 ==rings== rome2        ROOT/rome
 * </pre>
 *
 * <p>Run it four times, with {@code NAME ROOT PORT} and these names; the first must be there before
 * the others start. Each asks each other one where it is, says how it has reached it, and tells all
 * the news. It ends with 0 when it was reached, and has reached the others, as drawn above.
 */
public final class TwoHosts {
  private static final List<String> NAMES = List.of("oslo1", "oslo2", "rome1", "rome2");
  private static final String NEWS = "news";
  private static final long RETRY_MILLIS = 50;
  private static final long WAIT_SECONDS = 50;

  private final Vertx vertx;
  private final String name;
  private final IpcTransport transport;
  private final List<String> heard = new ArrayList<>();
  private final Promise<Void> allHeard = Promise.promise();

  private TwoHosts(Vertx vertx, String name) {
    this.vertx = vertx;
    this.name = name;
    this.transport = IpcTransport.of(vertx).orElseThrow();
  }

  public static void main(String[] args) {
    String name = args[0];
    String directory = args[1] + "/" + host(name);
    ClusterManager manager = LocalCluster.manager(Integer.parseInt(args[2]));
    Vertx.builder()
        .with(LocalCluster.options())
        .withTransport(
            IpcTransport.create(new IpcTransportOptions().setName("hosts").setDirectory(directory)))
        .withClusterManager(manager)
        .buildClustered()
        .compose(vertx -> new TwoHosts(vertx, name).run(manager))
        .onSuccess(isAsDrawn -> System.exit(isAsDrawn ? 0 : 1))
        .onFailure(
            e -> {
              System.err.println(name + ": " + e.getMessage());
              // Not here: what is done at the exit needs the event loop.
              new Thread(() -> System.exit(1)).start();
            });
  }

  private static String host(String name) {
    return name.substring(0, name.length() - 1);
  }

  private Future<Boolean> run(ClusterManager manager) {
    Promise<NodeInfo> self = Promise.promise();
    manager.getNodeInfo(manager.getNodeId(), self);
    return self.future()
        .compose(info -> listen(info.host() + ":" + info.port()))
        .compose(v -> reachAll())
        .compose(
            reached -> {
              boolean isAsDrawn = show(reached);
              vertx.eventBus().publish(NEWS, "greetings from " + name);
              return allHeard.future().map(v -> showTotals() && isAsDrawn);
            })
        .timeout(WAIT_SECONDS, TimeUnit.SECONDS)
        .eventually(vertx::close);
  }

  /** The news first: whoever gets an answer knows that this process hears them. */
  private Future<Void> listen(String address) {
    EventBus eventBus = vertx.eventBus();
    return eventBus
        .<String>consumer(NEWS, news -> hear(news.body()))
        .completion()
        .compose(
            v -> eventBus.<String>consumer(name, question -> question.reply(address)).completion())
        .onSuccess(v -> System.out.println(name + " is there"));
  }

  private void hear(String news) {
    heard.add(news);
    System.out.println(name + " hears " + news);
    if (heard.size() == NAMES.size()) {
      allHeard.complete();
    }
  }

  /** Asks each other process for its address in the cluster. */
  private Future<Map<String, String>> reachAll() {
    Map<String, String> reached = new ConcurrentSkipListMap<>();
    List<Future<?>> all = new ArrayList<>();
    for (String other : NAMES) {
      if (!other.equals(name)) {
        all.add(ask(other).onSuccess(address -> reached.put(other, address)));
      }
    }
    return Future.all(all).map(reached);
  }

  private Future<String> ask(String other) {
    return vertx
        .eventBus()
        .<String>request(other, "where are you?")
        .map(answer -> answer.body())
        .recover(
            e ->
                e instanceof ReplyException r && r.failureType() == ReplyFailure.NO_HANDLERS
                    ? vertx.timer(RETRY_MILLIS).compose(t -> ask(other))
                    : Future.failedFuture(e));
  }

  /** Prints how each other process was reached; returns whether it is as it should be. */
  private boolean show(Map<String, String> reached) {
    boolean isAsDrawn = true;
    List<IpcConnection> connections = transport.connections();
    for (Map.Entry<String, String> other : reached.entrySet()) {
      IpcConnection connection =
          connections.stream()
              .filter(c -> !c.inbound() && c.remote().toString().equals(other.getValue()))
              .findFirst()
              .orElseThrow();
      String how = connection.ring() ? "rings" : "TCP: " + connection.reason();
      System.out.println(name + " reaches " + other.getKey() + " by " + how);
      isAsDrawn &= connection.ring() == host(other.getKey()).equals(host(name));
    }
    return isAsDrawn;
  }

  /**
   * With one other process of this host and two of the other, each connected in both directions.
   */
  private boolean showTotals() {
    long rings = transport.ringConnections();
    long tcp = transport.tcpConnections();
    System.out.println(name + " had " + rings + " connections by rings, " + tcp + " by TCP");
    return rings == 2 && tcp == 4;
  }
}
