package org.vertxipc.bench;

import io.vertx.core.Future;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;

/** Chronicle Queue. */
final class ChronicleLog implements JournalActor.Log {
  private final ChronicleQueue queue;
  private final Bytes<?> message = Bytes.allocateElasticDirect(JournalActor.BYTES);
  private long sum;

  ChronicleLog(Path path) {
    queue = ChronicleQueue.singleBuilder(path.resolve("queue")).build();
    message.write(new byte[JournalActor.BYTES]);
  }

  @Override
  @SuppressWarnings("MustBeClosed") // An appender belongs to its queue and is closed with it.
  public void append(int count) {
    ExcerptAppender appender = queue.createAppender();
    for (int i = 0; i < count; i++) {
      message.writeInt(0, i);
      message.readPosition(0);
      message.readLimit(JournalActor.BYTES);
      appender.writeBytes(message);
    }
  }

  @Override
  public Future<Void> replay(int count) {
    Bytes<?> in = Bytes.allocateElasticDirect(JournalActor.BYTES);
    try (ExcerptTailer tailer = queue.createTailer()) {
      for (int i = 0; i < count; i++) {
        in.clear();
        if (!tailer.readBytes(in)) {
          return Future.failedFuture("a message is missing");
        }
        sum += in.readInt(0);
      }
    }
    return sum != 0
        ? Future.succeededFuture()
        : Future.failedFuture("what was read is not what was written");
  }

  @Override
  public void close() {
    queue.close();
  }
}
