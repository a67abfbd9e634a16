package org.vertxipc.store;

/**
 * Where a stored message comes from.
 *
 * @param writer the node that wrote it
 * @param sequence its number: higher than that of every message before it of the same writer
 * @param redelivered whether it may have been delivered before, by this node's last incarnation
 * @param done to be called when it need not be delivered again, on the bus's context, once
 */
public record StoredMessage(String writer, long sequence, boolean redelivered, Runnable done) {}
