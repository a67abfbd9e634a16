/**
 * Links: endpoints of the event bus that a program shares which need not be Vert.x, a child
 * process, a FIFO or a message queue. It knows event-bus addresses, codecs and descriptors. It must
 * not know the bus, its peers or its frames.
 */
package org.vertxipc.link;
