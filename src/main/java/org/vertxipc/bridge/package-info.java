/**
 * The event bus between processes: exports, imports, proxies, correlation of replies, and the guard
 * that nothing is forwarded twice. It knows peers and messages. It must not know descriptors,
 * rings, JNR or Netty.
 */
package org.vertxipc.bridge;
