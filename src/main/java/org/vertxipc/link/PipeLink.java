package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.ChildProcess;
import org.vertxipc.posix.ExitStatus;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** A child process: messages go to its standard input, what it prints comes back. */
final class PipeLink implements Link {
  /** When a child that has ended is started again. */
  private enum Restart {
    /** Never. */
    NEVER,
    /** When it did not end with status 0. */
    ON_FAILURE,
    /** Always. */
    ALWAYS
  }

  private static final Logger log = LoggerFactory.getLogger(PipeLink.class);
  // How long to read after the child's end, because processes that it started may still hold its
  // output.
  private static final long LAST_OUTPUT_MILLIS = 200;

  private final ContextInternal context;
  private final Reactor reactor;
  private final PipeLinkOptions options;
  private final Restart restart;
  private final LinkEvents events;
  private final Exchange exchange;
  private Run run;
  private long backoffMillis;
  private long restartTimer = -1;
  private boolean spawning;
  private final Set<String> warned = new HashSet<>();
  private Promise<Void> stopping;

  PipeLink(ContextInternal context, Reactor reactor, PipeLinkOptions options) {
    this.context = context;
    this.reactor = reactor;
    this.options = options;
    this.events =
        new LinkEvents(context.owner().eventBus(), options.getName(), options.getEvents());
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
                run = new Run(child);
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

  private void onEnded(ExitStatus status, long upMillis, boolean replaced, Future<?> guardEnded) {
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

  /** What holds for every child of the link is said once. */
  private void warnOnce(String event, String reason) {
    if (warned.add(event)) {
      events.warn(event, new JsonObject().put("reason", reason));
    }
  }

  /** One child, from its start to its end. */
  private final class Run implements ByteSink.Handler {
    private final ChildProcess process;
    private final Guard guard;
    private ByteSink input;
    private ByteSource output;
    private final Framing framing = exchange.framing(options.isKeepCarriageReturn());
    private final long start = System.nanoTime();
    private final ChildEnd end;
    private ByteSource errors;
    private boolean outputEnded;
    private boolean errorsEnded = true;
    private ExitStatus status;
    private boolean finished;
    private boolean replaced;
    private long timer = -1;

    Run(Child child) throws IOException {
      this.process = child.process();
      this.guard = child.guard();
      boolean watched = false;
      try {
        this.input = new ByteSink(reactor, child.stdin(), this);
        this.output = new ByteSource(reactor, child.stdout(), new Output());
        if (child.stderr() >= 0) {
          errorsEnded = false;
          this.errors = new ByteSource(reactor, child.stderr(), new Errors());
        }
        this.end = new ChildEnd(context, reactor, process, this::onRefused, this::onEnd);
        watched = true;
      } finally {
        if (!watched) {
          release(child);
        }
      }
      exchange.intake().source(this::setPaused);
      events.tell("started", new JsonObject().put("pid", process.pid()));
      if (guard.failure() != null) {
        warnOnce("unguarded", guard.failure());
      }
      exchange.outlet(input);
    }

    /**
     * Closes what was opened for a child that can't be watched: the object that owns a descriptor,
     * or the bare descriptor.
     */
    private void release(Child child) {
      if (input == null) {
        Cleanup.close(child.stdout());
      } else {
        input.close();
      }
      if (output != null) {
        output.close();
      }
      if (errors != null) {
        errors.close();
      } else if (child.stderr() >= 0 && output == null) {
        Cleanup.close(child.stderr());
      }
    }

    @Override
    public void onRoom() {
      exchange.onRoom();
    }

    @Override
    public void onBroken(PosixException cause) {
      exchange.outlet(null);
      String reason = cause == null ? "it closed its standard input" : cause.getMessage();
      events.warn("broken-pipe", new JsonObject().put("reason", reason));
    }

    /** Stops reading, unless the child has ended: then what it has said is read to its end. */
    private void setPaused(boolean paused) {
      output.setPaused(paused && status == null);
    }

    private void onRefused(PosixException e) {
      warnOnce("polling", e.getMessage());
    }

    private void onEnd() {
      try {
        status = process.reap();
      } catch (PosixException e) {
        log.warn("Link '" + options.getName() + "': the exit status of its process is unknown", e);
        status = new ExitStatus(-1, 0);
      }
      if (status != null) {
        end.close();
        if (outputEnded && errorsEnded) {
          finish();
        } else {
          setPaused(false);
          cancelTimer();
          timer = context.owner().setTimer(LAST_OUTPUT_MILLIS, id -> finish());
        }
      }
    }

    private void finish() {
      if (finished) {
        return;
      }
      finished = true;
      cancelTimer();
      framing.end(exchange);
      input.close();
      output.close();
      if (errors != null) {
        errors.close();
      }
      try {
        process.close();
      } catch (PosixException e) {
        log.warn("Closing a descriptor reported an error", e);
      }
      onEnded(status, (System.nanoTime() - start) / 1_000_000, replaced, endGuard());
    }

    private Future<?> endGuard() {
      return context
          .executeBlocking(
              () -> {
                guard.end();
                return null;
              },
              false)
          .onFailure(e -> log.warn("Link '" + options.getName() + "': its guard lives on", e));
    }

    private void ended() {
      if (status != null && outputEnded && errorsEnded) {
        finish();
      }
    }

    private void cancelTimer() {
      if (timer >= 0) {
        context.owner().cancelTimer(timer);
        timer = -1;
      }
    }

    void stop() {
      exchange.whenWritten(input::end);
      if (!replaced) {
        timer = context.owner().setTimer(options.getEofMillis(), id -> terminate());
      }
    }

    /** Ends the child, because its answers can't be told apart any more. */
    void replace() {
      replaced = true;
      exchange.outlet(null);
      if (status == null && stopping == null) {
        terminate();
      }
    }

    private void terminate() {
      input.close();
      signal(ChildProcess.SIGTERM);
      timer = context.owner().setTimer(options.getTermMillis(), id -> signal(ChildProcess.SIGKILL));
    }

    private void signal(int signal) {
      events.tell("signalled", new JsonObject().put("signal", signal));
      try {
        process.signal(signal);
      } catch (PosixException e) {
        log.warn("Link '" + options.getName() + "': can't stop its process", e);
      }
    }

    private final class Output implements ByteSource.Handler {
      @Override
      public void onBytes(Buffer bytes) {
        framing.feed(bytes, exchange);
      }

      @Override
      public void onEnd(IOException failure) {
        outputEnded = true;
        framing.end(exchange);
        ended();
      }
    }

    private final class Errors implements ByteSource.Handler, Framing.Items {
      private final Framing lines = new LineFraming(options.getMaxMessageBytes(), false);

      @Override
      public void onBytes(Buffer bytes) {
        lines.feed(bytes, this);
      }

      @Override
      public void onItem(Buffer line) {
        events.tell("stderr", new JsonObject().put("text", line.toString()));
      }

      @Override
      public void onBad(BadMessageException e) {
        events.tell("stderr", new JsonObject().put("text", e.excerpt()));
      }

      @Override
      public void onEnd(IOException failure) {
        lines.end(this);
        errorsEnded = true;
        ended();
      }
    }
  }
}
