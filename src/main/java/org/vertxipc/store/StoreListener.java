package org.vertxipc.store;

import org.vertxipc.wire.Frame;

/** Told what happens to a node's stores, on the bus's context. */
public interface StoreListener {
  /**
   * A message that was left for this node. It is left again for the next incarnation unless {@link
   * StoredMessage#done} is called. What this throws is logged: the message is done then.
   *
   * @param from where it comes from
   * @param frame the frame, to be read until this returns
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
