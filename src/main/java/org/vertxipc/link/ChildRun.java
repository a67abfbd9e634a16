package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.ChildProcess;
import org.vertxipc.posix.ExitStatus;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** One child of a link, from its start to its end. One thread only: the link's context. */
final class ChildRun implements OutboundHandler {
  private static final Logger log = LoggerFactory.getLogger(ChildRun.class);
  // How long to read after the child's end, because processes that it started may still hold its
  // output.
  private static final long LAST_OUTPUT_MILLIS = 200;

  private final ContextInternal context;
  private final PipeLinkOptions options;
  private final Exchange exchange;
  private final LinkEvents events;
  private final Owner owner;
  private final ChildProcess process;
  private final Guard guard;
  private ByteSink input;
  private ByteSource output;
  private final Framing framing;
  private final long start = System.nanoTime();
  private final ChildEnd end;
  private ByteSource errors;
  private boolean outputEnded;
  private boolean errorsEnded = true;
  private ExitStatus status;
  private boolean finished;
  private boolean replaced;
  private boolean stopping;
  private long timer = -1;

  /** Is told what becomes of the child. */
  interface Owner {
    /** Reports what holds for every child of the link. */
    void warnOnce(String event, String reason);

    /**
     * The child has ended, and what it has said is read.
     *
     * @param replaced whether it was ended by {@link #replace}
     * @param guardEnded completes when nothing of the child is left
     */
    void onEnded(ExitStatus status, long upMillis, boolean replaced, Future<?> guardEnded);
  }

  /** Takes over a child, and the exchange with it. Releases what was opened when this fails. */
  ChildRun(
      ContextInternal context,
      Reactor reactor,
      PipeLinkOptions options,
      Exchange exchange,
      LinkEvents events,
      Owner owner,
      Child child)
      throws IOException {
    this.context = context;
    this.options = options;
    this.exchange = exchange;
    this.events = events;
    this.owner = owner;
    this.framing = exchange.framing(options.isKeepCarriageReturn());
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
      owner.warnOnce("unguarded", guard.failure());
    }
    exchange.outlet(input);
  }

  /**
   * Closes what was opened for a child that can't be watched: the object that owns a descriptor, or
   * the bare descriptor.
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
  public void onBroken(Throwable cause) {
    exchange.outlet(null);
    if (options.getSend() == null) {
      return; // Nothing is written to it, so it need not read.
    }
    String reason = cause == null ? "it closed its standard input" : cause.getMessage();
    events.warn("broken-pipe", new JsonObject().put("reason", reason));
  }

  /** Stops reading, unless the child has ended: then what it has said is read to its end. */
  private void setPaused(boolean paused) {
    output.setPaused(paused && status == null);
  }

  private void onRefused(PosixException e) {
    owner.warnOnce("polling", e.getMessage());
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
    owner.onEnded(status, (System.nanoTime() - start) / 1_000_000, replaced, endGuard());
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

  /** Ends the child when all is written, in bounded time. */
  void stop() {
    stopping = true;
    exchange.whenWritten(input::end);
    if (!replaced) {
      timer = context.owner().setTimer(options.getEofMillis(), id -> terminate());
    }
  }

  /** Ends the child, because its answers can't be told apart any more. */
  void replace() {
    replaced = true;
    exchange.outlet(null);
    if (status == null && !stopping) {
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
