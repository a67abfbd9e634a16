/**
 * Readiness of kernel descriptors on a Vert.x event loop, by Netty's epoll or, where that is
 * missing, by a selector thread that hands over to the loop. This is the only package that touches
 * Netty's epoll and event loops. It must not know what the descriptors are or what is read from
 * them.
 */
package org.vertxipc.reactor;
