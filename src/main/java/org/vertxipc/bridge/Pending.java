package org.vertxipc.bridge;

import io.vertx.core.eventbus.Message;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The messages that wait for a peer's reply, in a flat table. A correlation is a slot and the
 * number of times the slot was used, so that a late or invented reply finds nothing.
 */
final class Pending {
  private Message<?>[] messages = new Message<?>[64];
  private int[] uses = new int[64];
  // A free slot holds the next one.
  private int[] next = new int[64];
  private int free = -1;
  private int fresh;
  private int size;

  /** Gives the correlation, never 0. */
  long add(Message<?> message) {
    int slot;
    if (free >= 0) {
      slot = free;
      free = next[slot];
    } else {
      slot = fresh++;
      if (slot == messages.length) {
        grow();
      }
    }
    messages[slot] = message;
    size++;
    uses[slot] = uses[slot] == Integer.MAX_VALUE ? 1 : uses[slot] + 1;
    return ((long) uses[slot] << 32) | (slot & 0xffff_ffffL);
  }

  private void grow() {
    int length = messages.length * 2;
    messages = Arrays.copyOf(messages, length);
    uses = Arrays.copyOf(uses, length);
    next = Arrays.copyOf(next, length);
  }

  /** Gives the message and forgets it, or null when nothing waits under that correlation. */
  Message<?> remove(long correlation) {
    int slot = (int) correlation;
    if (slot < 0 || slot >= fresh || uses[slot] != (int) (correlation >>> 32)) {
      return null;
    }
    Message<?> message = messages[slot];
    if (message != null) {
      messages[slot] = null;
      next[slot] = free;
      free = slot;
      size--;
    }
    return message;
  }

  int size() {
    return size;
  }

  void drain(Consumer<Message<?>> each) {
    for (int slot = 0; slot < fresh; slot++) {
      Message<?> message = messages[slot];
      if (message != null) {
        remove(((long) uses[slot] << 32) | slot);
        each.accept(message);
      }
    }
  }
}
