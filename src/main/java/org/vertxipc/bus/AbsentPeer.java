package org.vertxipc.bus;

import org.vertxipc.store.Outbox;

/**
 * A node that is down and keeps a store.
 *
 * @param name its name
 * @param outbox where messages wait for it
 */
public record AbsentPeer(String name, Outbox outbox) implements Peer {}
