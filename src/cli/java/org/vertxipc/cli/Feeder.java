package org.vertxipc.cli;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.vertxipc.IpcProducer;

/** Writes lines to a producer, and waits on the tool's own thread while there is no room. */
final class Feeder {
  private final IpcProducer producer;
  private final MultiMap headers;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Future<Void> last = Future.succeededFuture();

  /**
   * Creates a feeder.
   *
   * @param headers of each message; may be null
   */
  Feeder(IpcProducer producer, MultiMap headers) {
    this.producer = producer;
    this.headers = headers;
  }

  long feed(Lines lines) throws Exception {
    long count = 0;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      write(Cli.message(line));
      count++;
    }
    finish();
    return count;
  }

  void write(Object body) throws Exception {
    if (producer.writeQueueFull()) {
      CountDownLatch room = new CountDownLatch(1);
      producer.drainHandler(v -> room.countDown());
      room.await();
    }
    if (failure.get() != null) {
      throw new IOException(Cli.explain(failure.get()), failure.get());
    }
    last = producer.write(headers, body).onFailure(e -> failure.compareAndSet(null, e));
  }

  void finish() throws Exception {
    Cli.await(last);
    if (failure.get() != null) {
      throw new IOException(Cli.explain(failure.get()), failure.get());
    }
    Cli.await(producer.end());
  }
}
