package org.vertxipc.bridge;

import java.util.List;
import java.util.Map;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.wire.SerializableBodies;

/**
 * What the bridge needs to know.
 *
 * @param bus the bus to join
 * @param exports addresses here that others may reach from the start
 * @param imports addresses there that code here may use: exact, or {@code prefix.*}
 * @param heedsLocalOnly whether {@code DeliveryOptions.setLocalOnly} keeps a message here
 * @param serializable which bodies go by Java's own serialisation
 * @param replyMillis how long a request is remembered that this node has passed on
 * @param priorities by address, of messages without the header {@link Priority#HEADER}
 * @param identified whether stored messages carry headers that name their writer and number
 */
public record BridgeConfig(
    BusConfig bus,
    List<String> exports,
    List<String> imports,
    boolean heedsLocalOnly,
    SerializableBodies serializable,
    long replyMillis,
    Map<String, Integer> priorities,
    boolean identified) {}
