/**
 * The event bus between processes: exports, imports, the routes to other nodes, correlation of
 * replies, and what becomes of messages that find no consumer. It knows peers and messages. It must
 * not know descriptors, rings, JNR or Netty.
 */
package org.vertxipc.bridge;
