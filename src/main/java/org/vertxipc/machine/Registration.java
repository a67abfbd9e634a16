package org.vertxipc.machine;

/**
 * A consumer of an address.
 *
 * @param node which has it
 * @param number which of the consumers of the node
 */
public record Registration(String node, long number) {}
