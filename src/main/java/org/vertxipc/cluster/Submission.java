package org.vertxipc.cluster;

import io.vertx.core.Completable;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.Machine;

/**
 * A command on its way into the log, and who waits for its result. One thread at a time.
 *
 * @param <R> what it results in
 */
final class Submission<R> {
  private static final Logger log = LoggerFactory.getLogger(Submission.class);

  private final Command<R> command;
  private final Completable<R> done;
  private Command<R> timed;
  private R result;
  private Throwable failure;

  Submission(Command<R> command, Completable<R> done) {
    this.command = command;
    this.done = done;
  }

  /** One whose result nobody waits for. */
  static <R> Submission<R> quiet(Command<R> command) {
    return new Submission<>(
        command,
        (result, failure) -> {
          if (failure != null) {
            log.warn("The cluster did not take " + command, failure);
          }
        });
  }

  /** Returns the bytes to write, once its place in the log is certain. */
  byte[] encode(long now) {
    timed = command.at(now);
    return timed.encode();
  }

  /** Applies what was written. */
  void applyTo(Machine machine) {
    result = machine.apply(timed);
  }

  void fail(Throwable cause) {
    failure = cause;
  }

  /** Tells the outcome, when nothing is locked any more. */
  void complete() {
    if (failure == null) {
      done.succeed(result);
    } else {
      done.fail(failure);
    }
  }
}
