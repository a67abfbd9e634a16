package org.vertxipc.log;

import java.io.IOException;

/** What reads the records. */
public interface LogReader {
  /** What was read until now is worth nothing: records of a snapshot come next. */
  void restart();

  /**
   * A record.
   *
   * @param bytes a copy; not trusted
   * @throws IOException when it can't be used: then the log can't be used any more
   */
  void record(byte[] bytes) throws IOException;
}
