package org.vertxipc.testing;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageProducer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/** Sends numbered messages as fast as they are taken, until it is stopped. */
final class NumberFlood {
  private static final int MOST_UNDER_WAY = 200;
  private static final int LONGEST = 3_000;
  private static final long AGAIN_MILLIS = 5;

  private final Vertx vertx;
  private final Context context;
  private final MessageProducer<Buffer> producer;
  private final int sender = new Random().nextInt();
  private final Promise<Void> stopped = Promise.promise();
  private boolean stopping;
  private boolean scheduled;
  private int underWay;
  // Read by the thread that answers.
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  // Those that the event bus has not written to a connection, and has not given up either.
  private final NavigableSet<Long> kept = new ConcurrentSkipListSet<>();

  private NumberFlood(Vertx vertx, String address) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.producer = vertx.eventBus().sender(address);
  }

  static NumberFlood start(Vertx vertx, String address) {
    NumberFlood flood = new NumberFlood(vertx, address);
    flood.context.runOnContext(v -> flood.pump());
    return flood;
  }

  /** The message of a number. */
  static Buffer body(int sender, long number) {
    Buffer body = Buffer.buffer().appendInt(sender).appendLong(number);
    byte[] filler = new byte[(int) (number * 31 % LONGEST)];
    Arrays.fill(filler, (byte) number);
    return body.appendBytes(filler);
  }

  private void pump() {
    scheduled = false;
    while (!stopping && !scheduled && underWay < MOST_UNDER_WAY) {
      underWay++;
      long number = sent.get() + 1;
      kept.add(number);
      sent.set(number);
      producer.write(body(sender, number)).onComplete(written -> done(number, written));
    }
    if (stopping && underWay == 0) {
      stopped.tryComplete();
    }
  }

  private void done(long number, AsyncResult<Void> written) {
    underWay--;
    kept.remove(number);
    if (written.failed()) {
      failed.incrementAndGet();
    }
    if (!scheduled) {
      scheduled = true;
      if (written.failed()) {
        vertx.setTimer(AGAIN_MILLIS, id -> pump());
      } else {
        context.runOnContext(v -> pump());
      }
    }
  }

  long sent() {
    return sent.get();
  }

  /** All before this number were written to a connection, or could not be. */
  long handedOver() {
    // What is sent meanwhile has a higher number.
    long next = sent.get() + 1;
    Iterator<Long> lowest = kept.iterator();
    return lowest.hasNext() ? Math.min(next, lowest.next()) : next;
  }

  long failed() {
    return failed.get();
  }

  /** Completes when all that was sent is written, or could not be. */
  Future<Void> stop() {
    context.runOnContext(
        v -> {
          stopping = true;
          if (!scheduled) {
            pump();
          }
        });
    return stopped.future();
  }
}
