package org.vertxipc.testing;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.vertxipc.testing.history.HistoryClient;

/** What a {@link ClusterNode} does with what its cluster shares: see {@link ClusterView}. */
final class ClusterData {
  private static final int BATCH = 1_000;
  private static final long LONG_MILLIS = 600_000;

  private final VertxInternal vertx;
  private final ClusterManager manager;
  private final Map<String, Long> locked = new ConcurrentHashMap<>();
  private final Map<String, Lock> locks = new ConcurrentHashMap<>();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final List<HistoryClient> clients = new ArrayList<>();
  private ClusterChurn churn;
  private Future<Void> later;

  ClusterData(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
    this.manager = this.vertx.clusterManager();
  }

  /** A verticle that says where it runs. */
  public static final class Here extends AbstractVerticle {
    @Override
    public void start() {
      String id = ((VertxInternal) vertx).clusterManager().getNodeId();
      vertx.eventBus().consumer("t.here", message -> message.reply(id));
    }
  }

  Object execute(String op, JsonObject command) throws Exception {
    String name = command.getString("name");
    switch (op) {
      case "nodes" -> {
        return new JsonArray(manager.getNodes());
      }
      case "awaitNodes" -> {
        int many = command.getInteger("many");
        Await.until(many + " nodes", () -> manager.getNodes().size() == many);
        return System.nanoTime();
      }
      case "id" -> {
        return manager.getNodeId();
      }
      case "registrations" -> {
        Promise<List<RegistrationInfo>> found = Promise.promise();
        manager.getRegistrations(name, found);
        return Await.get(found.future()).size();
      }
      case "deploy" ->
          Await.get(
              vertx.deployVerticle(Here.class.getName(), new DeploymentOptions().setHa(true)));
      case "consumers" -> consumers(name, command.getInteger("many"));
      case "churn" ->
          churn =
              ClusterChurn.start(
                  vertx, name, Path.of(command.getString("file")), command.getLong("pause"));
      case "churned" -> {
        return churn.done();
      }
      case "slowest" -> {
        return churn.slowest();
      }
      case "stopChurn" -> {
        return new JsonArray(churn.stop());
      }
      case "check" -> {
        return new JsonArray(ClusterChurn.check(vertx, name, Path.of(command.getString("file"))));
      }
      case "client" ->
          clients.add(
              HistoryClient.start(
                  vertx, Path.of(command.getString("file")), command.getLong("seed")));
      case "operations" -> {
        return clients.stream().mapToInt(HistoryClient::done).min().orElse(0);
      }
      case "stopClients" -> {
        return stopClients();
      }
      default -> {
        return share(op, name, command);
      }
    }
    return null;
  }

  private JsonArray stopClients() throws Exception {
    JsonArray failures = new JsonArray();
    for (HistoryClient client : clients) {
      client.stop().forEach(failures::add);
    }
    return failures;
  }

  private Object share(String op, String name, JsonObject command) throws Exception {
    switch (op) {
      case "increment" -> {
        return Await.get(Await.get(vertx.sharedData().getCounter(name)).incrementAndGet());
      }
      case "lock" ->
          vertx
              .sharedData()
              .getLockWithTimeout(name, LONG_MILLIS)
              .onSuccess(
                  lock -> {
                    locks.put(name, lock);
                    locked.put(name, System.nanoTime());
                  });
      case "locked" -> {
        return locked.get(name);
      }
      case "unlock" -> {
        locked.remove(name);
        locks.remove(name).release();
      }
      default -> {
        return change(op, Await.get(vertx.sharedData().getAsyncMap(name)), command);
      }
    }
    return null;
  }

  private Object change(String op, AsyncMap<String, String> map, JsonObject command)
      throws Exception {
    String key = command.getString("key");
    switch (op) {
      case "put" -> Await.get(map.put(key, command.getString("value")));
      case "putLong" -> Await.get(map.put(key, "x".repeat(command.getInteger("many"))));
      case "putLater" -> later = map.put(key, command.getString("value"));
      case "isPut" -> {
        return later.isComplete();
      }
      case "get" -> {
        return Await.get(map.get(key));
      }
      case "remove" -> {
        return Await.get(map.remove(key));
      }
      case "size" -> {
        return Await.get(map.size());
      }
      case "clear" -> Await.get(map.clear());
      case "digest" -> {
        return new TreeMap<>(Await.get(map.entries())).toString().hashCode();
      }
      case "putMany" -> {
        return putMany(map, command.getInteger("many"), command.getInteger("bytes"));
      }
      default -> throw new IllegalArgumentException("unknown command " + op);
    }
    return null;
  }

  private long putMany(AsyncMap<String, String> map, int many, int bytes) throws Exception {
    String value = "v".repeat(bytes);
    long start = System.nanoTime();
    for (int i = 0; i < many; i += BATCH) {
      List<Future<Void>> all = new ArrayList<>();
      for (int key = i; key < Math.min(many, i + BATCH); key++) {
        all.add(map.put("key-" + key, value));
      }
      Await.get(Future.all(all));
    }
    return System.nanoTime() - start;
  }

  private void consumers(String name, int many) throws Exception {
    // As a verticle does, on one context.
    Context context = vertx.getOrCreateContext();
    CountDownLatch begun = new CountDownLatch(1);
    List<Future<Void>> all = new ArrayList<>();
    context.runOnContext(
        v -> {
          for (int i = 0; i < many; i++) {
            MessageConsumer<Object> consumer =
                vertx.eventBus().consumer(name + (i % 2 == 0 ? "" : i), m -> m.reply(m.body()));
            consumers.add(consumer);
            all.add(consumer.completion());
          }
          begun.countDown();
        });
    Await.latch(begun);
    Await.get(Future.all(all));
  }
}
