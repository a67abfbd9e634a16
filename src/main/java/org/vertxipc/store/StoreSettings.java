package org.vertxipc.store;

import org.vertxipc.channel.ring.IdlePolicy;
import org.vertxipc.posix.Access;

/**
 * What the stores of a node need to know.
 *
 * @param access who may open them
 * @param node the node
 * @param keeps whether messages wait for this node; it may leave some for others in any case
 * @param passing whether the node's name is made for this process alone, so that the stores to
 *     which it writes are removed when it is gone and they are empty
 * @param files how they are made
 * @param idle what to do when they are empty
 * @param maxMessageBytes the longest frame that this node takes
 * @param sendQueueBytes what may wait in this process for one node that is up
 */
public record StoreSettings(
    Access access,
    String node,
    boolean keeps,
    boolean passing,
    StoreConfig files,
    IdlePolicy idle,
    int maxMessageBytes,
    long sendQueueBytes) {}
