package org.vertxipc.machine;

/**
 * A place in the queue of a lock.
 *
 * @param node whose it is
 * @param number which of the tickets of the node
 */
public record Ticket(String node, long number) {}
