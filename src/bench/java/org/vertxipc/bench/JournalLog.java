package org.vertxipc.bench;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.journal.JournalDirectory;
import org.vertxipc.journal.JournalReader;
import org.vertxipc.journal.JournalWriter;

/** Our journal. */
final class JournalLog implements JournalActor.Log {
  private static final int FILE_BYTES = 16 << 20;
  private static final int POLL = 256;

  private final JournalDirectory directory;
  private final JournalWriter writer;
  private final ByteBuffer message = ByteBuffer.allocateDirect(JournalActor.BYTES);
  private long sum;

  JournalLog(Path path) throws Exception {
    directory = new JournalDirectory(path.resolve("journal"));
    writer = JournalWriter.open(directory, FILE_BYTES);
  }

  @Override
  public void append(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      message.putInt(0, i);
      if (writer.append(message, 0, JournalActor.BYTES, i) == JournalWriter.NEXT_FILE) {
        // The file is made here, because what a link does on a worker thread counts, too.
        writer.rotate(writer.prepare(writer.nextBase()));
        writer.append(message, 0, JournalActor.BYTES, i);
      }
    }
  }

  @Override
  public Future<Void> replay(int count) throws Exception {
    try (JournalReader reader = JournalReader.open(directory, JournalReader.Start.BEGINNING, 0)) {
      JournalReader.RecordHandler handler =
          (position, time, b, at, length) -> {
            sum += b.getInt(at);
            return true;
          };
      for (int n = 0; n < count; ) {
        int taken = reader.poll(handler, POLL);
        if (taken == 0) {
          reader.next();
        }
        n += taken;
      }
    }
    return sum != 0
        ? Future.succeededFuture()
        : Future.failedFuture("what was read is not what was written");
  }

  @Override
  public void close() throws Exception {
    writer.close();
  }
}
