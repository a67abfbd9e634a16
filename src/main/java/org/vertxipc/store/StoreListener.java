package org.vertxipc.store;

import org.vertxipc.wire.Frame;

/** Is told what happens to a node's stores, on the bus's context. */
public interface StoreListener {
  /**
   * A message that was stored for this node. The next incarnation gets it again unless {@link
   * StoredMessage#done} is called. An exception from this method is logged, and the message is done
   * then.
   *
   * @param from where it comes from
   * @param frame the frame, which may be read until this returns
   */
  void onStored(StoredMessage from, Frame frame);

  /**
   * There is room again in the outbox for a node, after {@link Outbox#isFull} or a message that was
   * refused.
   *
   * @param node that node
   */
  void onRoom(String node);
}
