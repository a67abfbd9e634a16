/**
 * Channels over what the kernel passes on: a byte stream cut into records, driven by readiness. It
 * knows descriptors and how records stand in the stream. It must not know the event bus, rings, or
 * what the records mean.
 */
package org.vertxipc.channel.descriptor;
