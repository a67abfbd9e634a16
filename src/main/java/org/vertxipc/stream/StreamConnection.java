package org.vertxipc.stream;

/**
 * A connection of an event bus at one moment.
 *
 * @param host of the other end
 * @param port of the other end
 * @param inbound whether the other end has connected
 * @param ring whether it goes by rings
 * @param node the name of the other end in the directory, null for one that is not there
 * @param whyNot why it does not go by rings, for people; null when it does, or nobody knows
 */
public record StreamConnection(
    String host, int port, boolean inbound, boolean ring, String node, String whyNot) {}
