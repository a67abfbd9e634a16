package org.vertxipc.bench;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;

/** Chronicle Queue. */
final class ChronicleLog implements JournalActor.Log {
  private final Bytes<?> message = Bytes.allocateElasticDirect(JournalActor.BYTES);
  private ChronicleQueue queue;

  ChronicleLog() {
    message.write(new byte[JournalActor.BYTES]);
  }

  private static ChronicleQueue open(Path path) {
    return ChronicleQueue.singleBuilder(path.resolve("queue")).build();
  }

  @Override
  @SuppressWarnings("MustBeClosed") // An appender belongs to its queue and is closed with it.
  public void append(Path path, int count) {
    queue = open(path);
    ExcerptAppender appender = queue.createAppender();
    for (int i = 0; i < count; i++) {
      message.writeInt(0, i);
      message.readPosition(0);
      message.readLimit(JournalActor.BYTES);
      appender.writeBytes(message);
    }
  }

  @Override
  public void close() {
    queue.close();
  }

  @Override
  public void replay(Path path, int count) {
    Bytes<?> in = Bytes.allocateElasticDirect(JournalActor.BYTES);
    long sum = 0;
    try (ChronicleQueue read = open(path);
        ExcerptTailer tailer = read.createTailer()) {
      for (int i = 0; i < count; i++) {
        in.clear();
        if (!tailer.readBytes(in)) {
          throw new IllegalStateException("a message is missing");
        }
        sum += in.readInt(0);
      }
    }
    if (sum == 0) {
      throw new IllegalStateException("what was read is not what was written");
    }
  }
}
