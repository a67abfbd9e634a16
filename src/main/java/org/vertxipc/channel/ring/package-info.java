/**
 * Channels over shared memory: a ring in each direction, a poller that follows an idle strategy,
 * and a FIFO as doorbell and life-line. It knows rings, mappings and when to sleep. It must not
 * know the event bus, or what the records mean.
 */
package org.vertxipc.channel.ring;
