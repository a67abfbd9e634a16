/**
 * Channels over FIFOs and message queues, whose bytes the kernel passes on: they are split into
 * records, driven by readiness. It knows descriptors and the format of records. It must not know
 * the event bus, rings, or what the records mean.
 */
package org.vertxipc.channel.descriptor;
