/**
 * The system calls: each is one static method, and each failure is a {@link
 * org.vertxipc.posix.PosixException} naming the call, the path and the errno. This is the only
 * package that calls JNR. It must not know rings, channels, Vert.x or Netty.
 */
package org.vertxipc.posix;
