/**
 * Links connect the event bus with programs that need not use Vert.x: over a child process's pipes,
 * a FIFO, a message queue or a journal. It knows event-bus addresses, codecs and descriptors. It
 * must not know the bus, its peers or its frames.
 */
package org.vertxipc.link;
