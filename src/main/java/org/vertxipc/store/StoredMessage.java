package org.vertxipc.store;

/**
 * Where a stored message comes from.
 *
 * @param writer the node that wrote it
 * @param sequence its number: higher than those of all earlier messages of the same writer
 * @param redelivered whether it may have been delivered before, by an earlier incarnation of this
 *     node
 * @param done to be called once, on the bus's context, when it need not be delivered again
 */
public record StoredMessage(String writer, long sequence, boolean redelivered, Runnable done) {}
