package org.vertxipc.testing;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Checks the messages of {@link NumberFlood}s: each is whole, and of each sender the numbers grow.
 * Numbers may be missing.
 */
final class NumberCheck {
  private final Queue<String> wrong;
  private final Map<Integer, Long> last = new HashMap<>();
  private long lowest = Long.MAX_VALUE;
  private int count;

  NumberCheck(Queue<String> wrong) {
    this.wrong = wrong;
  }

  synchronized void accept(Buffer body) {
    int sender = body.getInt(0);
    long number = body.getLong(Integer.BYTES);
    if (!body.equals(NumberFlood.body(sender, number))) {
      wrong.add("message " + number + " of " + body.length() + " bytes is torn");
    }
    Long before = last.put(sender, number);
    if (before != null && before >= number) {
      wrong.add("message " + number + " comes after message " + before);
    }
    lowest = Math.min(lowest, number);
    count++;
  }

  synchronized int count() {
    return count;
  }

  synchronized long lowest() {
    return lowest;
  }
}
