package org.vertxipc.testing.mesh;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.vertxipc.testing.Await;

/**
 * The threads on which a node acts: the bridge's event loop, another one, a worker, and a thread
 * without Vert.x.
 */
final class Places {
  static final int BRIDGE_LOOP = 0;
  static final int COUNT = 4;
  static final int PLAIN = 3;

  private final Vertx vertx;
  private final List<Context> contexts;
  private final ScheduledExecutorService plain = Executors.newSingleThreadScheduledExecutor();

  /** A verticle that makes its context available. */
  private static final class Place extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.succeededFuture();
    }

    Context place() {
      return context;
    }
  }

  Places(Vertx vertx) throws Exception {
    this.vertx = vertx;
    this.contexts =
        List.of(
            deploy(ThreadingModel.EVENT_LOOP),
            deploy(ThreadingModel.EVENT_LOOP),
            deploy(ThreadingModel.WORKER));
  }

  private Context deploy(ThreadingModel model) throws Exception {
    Place place = new Place();
    Await.get(vertx.deployVerticle(place, new DeploymentOptions().setThreadingModel(model)));
    return place.place();
  }

  void run(int place, Runnable task) {
    if (place == PLAIN) {
      plain.execute(() -> guarded(task));
    } else {
      contexts.get(place).runOnContext(v -> guarded(task));
    }
  }

  /** Runs a task repeatedly, with a pause in between. */
  @SuppressWarnings("FutureReturnValueIgnored") // Nothing that is guarded fails.
  void every(int place, int millis, Runnable task) {
    if (place == PLAIN) {
      plain.scheduleWithFixedDelay(() -> guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    } else {
      run(place, () -> vertx.setPeriodic(millis, id -> guarded(task)));
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      MeshNode.threw(e);
    }
  }

  /** Stops running tasks in the thread without Vert.x. */
  void close() throws InterruptedException {
    plain.shutdownNow();
    plain.awaitTermination(5, TimeUnit.SECONDS);
  }
}
