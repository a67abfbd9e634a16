package org.vertxipc.testing;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The lines that this process has logged since this object was made, of level INFO or higher. */
public final class Said extends Handler implements AutoCloseable {
  // This reference is needed, because the log manager keeps none.
  private final Logger logger = Logger.getLogger("org.vertxipc");
  private final Queue<String> messages = new ConcurrentLinkedQueue<>();
  private final Queue<String> traces = new ConcurrentLinkedQueue<>();

  public Said() {
    // It stays so, because others may listen at the same time; the console takes only warnings.
    logger.setLevel(Level.INFO);
    logger.addHandler(this);
  }

  /** Returns the lines that begin with a text. */
  public List<String> starting(String prefix) {
    return messages.stream().filter(m -> m.startsWith(prefix)).toList();
  }

  /** Returns those of these lines that came with a stack trace. */
  public List<String> traced(String prefix) {
    return traces.stream().filter(m -> m.startsWith(prefix)).toList();
  }

  @Override
  public void publish(LogRecord record) {
    messages.add(record.getMessage());
    if (record.getThrown() != null) {
      traces.add(record.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
