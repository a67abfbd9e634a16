/**
 * Store and forward: messages that wait in files for a node, whether it is up or down. It knows
 * rings and frames. It must not know who is on the bus, nor the event bus.
 */
package org.vertxipc.store;
