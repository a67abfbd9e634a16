package org.vertxipc.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.vertxipc.journal.JournalDirectory;
import org.vertxipc.journal.JournalReader;
import org.vertxipc.journal.JournalWriter;

/** Our journal. */
final class JournalLog implements JournalActor.Log {
  private static final int FILE_BYTES = 16 << 20;
  private static final int POLL = 256;

  // On the heap, as a link's are.
  private final ByteBuffer message = ByteBuffer.allocate(JournalActor.BYTES);
  private JournalWriter writer;
  private long sum;

  private static JournalDirectory directory(Path path) {
    return new JournalDirectory(path.resolve("journal"));
  }

  @Override
  public void append(Path path, int count) throws Exception {
    writer = JournalWriter.open(directory(path), FILE_BYTES);
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
  public void close() throws Exception {
    writer.close();
  }

  @Override
  public void replay(Path path, int count) throws Exception {
    sum = 0;
    try (JournalReader reader =
        JournalReader.open(directory(path), JournalReader.Start.BEGINNING, 0)) {
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
    if (sum == 0) {
      throw new IllegalStateException("what was read is not what was written");
    }
  }
}
