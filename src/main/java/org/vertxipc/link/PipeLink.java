package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.ExitStatus;
import org.vertxipc.reactor.Reactor;

/** A child process: messages go to its standard input, what it prints comes back. */
final class PipeLink implements Link, ChildRun.Owner {
  /** When a child that has ended is started again. */
  private enum Restart {
    /** Never. */
    NEVER,
    /** When it did not end with status 0. */
    ON_FAILURE,
    /** Always. */
    ALWAYS
  }

  private final ContextInternal context;
  private final Reactor reactor;
  private final PipeLinkOptions options;
  private final Restart restart;
  private final LinkEvents events;
  private final Exchange exchange;
  private ChildRun run;
  private long backoffMillis;
  private long restartTimer = -1;
  private boolean spawning;
  private final Set<String> warned = new HashSet<>();
  private Promise<Void> stopping;

  PipeLink(ContextInternal context, Reactor reactor, PipeLinkOptions options, LinkEvents events) {
    this.context = context;
    this.reactor = reactor;
    this.options = options;
    this.events = events;
    this.exchange = new Exchange(context, reactor, options, events, this::onOutOfTurn);
    this.restart = Constants.of(Restart.class, options.getRestart());
    this.backoffMillis = options.getRestartMinMillis();
  }

  @Override
  public Future<Void> start() {
    return exchange.open().compose(v -> spawn()).onFailure(e -> exchange.close());
  }

  private Future<Void> spawn() {
    spawning = true;
    return context
        .executeBlocking(() -> Child.spawn(options), false)
        .onComplete(done -> spawning = false)
        .compose(
            child -> {
              try {
                run = new ChildRun(context, reactor, options, exchange, events, this, child);
              } catch (IOException e) {
                return context
                    .executeBlocking(
                        () -> {
                          child.destroy();
                          return null;
                        },
                        false)
                    .transform(destroyed -> context.failedFuture(e));
              }
              if (stopping != null) {
                run.stop();
              }
              return context.succeededFuture();
            });
  }

  @Override
  public void setPaused(boolean paused) {
    exchange.intake().set(Intake.Reason.PAUSED, paused);
  }

  @Override
  public Future<Void> stop() {
    if (stopping == null) {
      stopping = context.promise();
      if (restartTimer >= 0) {
        context.owner().cancelTimer(restartTimer);
      }
      exchange.stopTaking();
      if (run != null) {
        run.stop();
      } else if (!spawning) {
        stopping.complete();
      }
    }
    return stopping.future().onSuccess(v -> exchange.close());
  }

  /** The child has not kept to its turn: another one is asked from now on. */
  private void onOutOfTurn() {
    if (run != null) {
      run.replace();
    }
  }

  @Override
  public void onEnded(ExitStatus status, long upMillis, boolean replaced, Future<?> guardEnded) {
    run = null;
    exchange.outlet(null);
    exchange.failPending("its process " + status);
    JsonObject details = new JsonObject().put("status", status.code()).put("upMillis", upMillis);
    if (status.signal() != 0) {
      details.put("signal", status.signal());
    }
    if (stopping != null) {
      events.tell("exited", details);
      guardEnded.onComplete(ended -> stopping.tryComplete());
      return;
    }
    boolean again =
        restart == Restart.ALWAYS
            || (restart == Restart.ON_FAILURE && (replaced || !status.isSuccess()));
    if (status.isSuccess()) {
      events.tell("exited", details);
    } else {
      events.warn("exited", details);
    }
    if (again) {
      if (upMillis >= options.getRestartMaxMillis()) {
        backoffMillis = options.getRestartMinMillis();
      }
      restartLater();
    }
  }

  private void restartLater() {
    long wait = backoffMillis;
    backoffMillis = Math.min(options.getRestartMaxMillis(), 2 * backoffMillis);
    events.tell("restarting", new JsonObject().put("inMillis", wait));
    restartTimer =
        context
            .owner()
            .setTimer(
                wait,
                id -> {
                  restartTimer = -1;
                  spawn()
                      .onFailure(
                          e -> {
                            events.warn("failed", new JsonObject().put("reason", e.getMessage()));
                            if (stopping != null) {
                              stopping.tryComplete();
                            } else {
                              restartLater();
                            }
                          });
                });
  }

  @Override
  public void warnOnce(String event, String reason) {
    if (warned.add(event)) {
      events.warn(event, new JsonObject().put("reason", reason));
    }
  }
}
