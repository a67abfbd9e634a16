package org.vertxipc;

import io.vertx.core.net.SocketAddress;

/**
 * A connection between the event buses of two clustered Vert.x at one moment.
 *
 * @param remote the other end: its address in the cluster, or, for one that has connected by rings,
 *     its name in the directory
 * @param inbound whether the other end has connected
 * @param ring whether it goes by rings, otherwise by TCP
 * @param reason why it does not go by rings, for people; null when it does, or when the other end
 *     has decided
 */
public record IpcConnection(SocketAddress remote, boolean inbound, boolean ring, String reason) {}
