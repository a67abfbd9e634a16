package org.vertxipc.bridge;

import org.vertxipc.bus.BusConfig;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.wire.SerializableBodies;

/**
 * What the classes for incoming messages share.
 *
 * @param config of the bus
 * @param serializable which bodies use Java's own serialisation
 * @param hub of its Vert.x
 * @param handOver to its loop
 * @param answers sends messages back to its peers
 * @param forwarding makes the next try for messages that find no consumer
 * @param undelivered counts the others
 * @param counters count what the bridge has done
 * @param cluster the clustered event bus of its Vert.x; null when that is not clustered
 */
record Parts(
    BusConfig config,
    SerializableBodies serializable,
    Hub hub,
    HandOver handOver,
    Answers answers,
    Forwarding forwarding,
    Undelivered undelivered,
    Counters counters,
    ClusteredDelivery cluster) {}
