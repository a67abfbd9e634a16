package org.vertxipc.bridge;

import org.vertxipc.bus.BusConfig;
import org.vertxipc.reactor.HandOver;
import org.vertxipc.wire.SerializableBodies;

/**
 * What the classes for messages that come in have in common.
 *
 * @param config of the bus
 * @param serializable which bodies go by Java's own serialisation
 * @param hub of its Vert.x
 * @param handOver to its loop
 * @param answers what goes back to its peers
 * @param forwarding the next try of those that find nobody
 * @param undelivered where others are counted
 * @param counters what it has done
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
