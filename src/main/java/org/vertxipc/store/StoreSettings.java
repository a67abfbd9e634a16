package org.vertxipc.store;

import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;

/**
 * The settings of a node's stores.
 *
 * @param access who may open them
 * @param node the node
 * @param keeps whether messages wait for this node; it may store messages for others in any case
 * @param passing whether the node's name is made for this process alone, so that the stores to
 *     which it writes are removed when it is gone and they are empty
 * @param options of the bus: how the files are made, what to do when they are empty, and the limits
 *     of a message and a queue
 */
public record StoreSettings(
    Access access, String node, boolean keeps, boolean passing, BusOptions options) {

  MappedOptions files() {
    return options.getMapped();
  }
}
