package org.vertxipc.store;

import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;

/**
 * The store in which this node leaves messages for another, whether that is up or down. One thread
 * only: the bus's context.
 */
public interface Outbox {
  /**
   * Leaves a message, unless there is no room.
   *
   * @param frame the message
   * @param safe told when it is in the store, as safe as the configuration asks for, or that it
   *     will not be; null when nobody wants to know
   * @return false when it was refused
   */
  boolean offer(FrameWriter frame, FrameSender.Completion safe);

  /**
   * Whether writers should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  boolean isFull();

  /**
   * The longest message that can be stored: half of the file, or what the node takes, if that is
   * known and less.
   *
   * @return in bytes, with its headers
   */
  int maxMessage();
}
