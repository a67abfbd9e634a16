package org.vertxipc.cluster;

import io.vertx.core.Completable;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.Machine;

/**
 * A command on its way into the log, and who waits for its result. One thread at a time.
 *
 * @param <R> what it results in
 */
final class Submission<R> {
  private final Command<R> command;
  private final Completable<R> done;
  private Command<R> timed;
  private R result;
  private Throwable failure;

  Submission(Command<R> command, Completable<R> done) {
    this.command = command;
    this.done = done;
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
