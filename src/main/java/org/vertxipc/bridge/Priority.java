package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import org.vertxipc.channel.RecordSink;

/** The priority that a message asks for. */
public final class Priority {
  /** The header that gives a message its priority, where the way to a peer knows priorities. */
  public static final String HEADER = "ipc-priority";

  private Priority() {}

  /**
   * What the header {@link #HEADER} says.
   *
   * @param headers may be null
   * @return 0 to {@link RecordSink#MAX_PRIORITY}, or -1 when there is none
   * @throws IllegalArgumentException when it says something else
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
      // The same as a number out of range.
    }
    throw new IllegalArgumentException(
        "header " + HEADER + " is '" + text + "', expected 0 to " + RecordSink.MAX_PRIORITY);
  }
}
