package org.vertxipc.habits;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Determines on which thread user code runs when it sends or replies. */
enum Caller {
  LOOP_OF_THE_BRIDGE {
    @Override
    Future<Void> run(Mesh mesh, int node, Runnable task) {
      return mesh.onLoop(node, task);
    }
  },
  OTHER_LOOP {
    @Override
    Future<Void> run(Mesh mesh, int node, Runnable task) {
      return mesh.onOtherLoop(node, task);
    }
  },
  WORKER {
    @Override
    Future<Void> run(Mesh mesh, int node, Runnable task) {
      return mesh.vertx(node)
          .executeBlocking(
              () -> {
                task.run();
                return null;
              });
    }
  },
  PLAIN_THREAD {
    @Override
    Future<Void> run(Mesh mesh, int node, Runnable task) {
      Promise<Void> done = Promise.promise();
      new Thread(
              () -> {
                try {
                  task.run();
                  done.complete();
                } catch (RuntimeException | Error e) {
                  done.fail(e);
                }
              })
          .start();
      return done.future();
    }
  };

  /** Runs a task there; succeeds when it has run. */
  abstract Future<Void> run(Mesh mesh, int node, Runnable task);
}
