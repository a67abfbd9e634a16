package org.vertxipc.store;

import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;

/**
 * The store in which this node leaves messages for another node, whether that is up or down. One
 * thread only: the bus's context.
 */
public interface Outbox {
  /**
   * Stores a message, unless there is no room.
   *
   * @param frame the message
   * @param safe is told when it is in the store, as durable as configured, or that it will not be;
   *     null when nobody wants to know
   * @return false when it was refused
   */
  boolean offer(FrameWriter frame, FrameSender.Completion safe);

  /**
   * Returns whether writers should wait.
   *
   * @return as {@code WriteStream.writeQueueFull}
   */
  boolean isFull();

  /**
   * Returns the longest message that can be stored: half of the file, or the node's own limit, if
   * that is known and lower.
   *
   * @return in bytes, with its headers
   */
  int maxMessage();
}
