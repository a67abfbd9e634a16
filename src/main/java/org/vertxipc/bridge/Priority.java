package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import org.vertxipc.channel.RecordSink;

/** The priority that a message asks for. */
public final class Priority {
  /** The header that gives a message its priority, where the channel to a peer has priorities. */
  public static final String HEADER = "ipc-priority";

  private Priority() {}

  /**
   * Returns the value of the header {@link #HEADER}.
   *
   * @param headers may be null
   * @return 0 to {@link RecordSink#MAX_PRIORITY}, or -1 when there is none
   * @throws IllegalArgumentException when it has another value
   */
  public static int of(MultiMap headers) {
    String text = headers == null ? null : headers.get(HEADER);
    if (text == null) {
      return -1;
    }
    try {
      int priority = Integer.parseInt(text);
      if (priority >= 0 && priority <= RecordSink.MAX_PRIORITY) {
        return priority;
      }
    } catch (NumberFormatException e) {
      // Treated like a number out of range.
    }
    throw new IllegalArgumentException(
        "header " + HEADER + " is '" + text + "', expected 0 to " + RecordSink.MAX_PRIORITY);
  }
}
