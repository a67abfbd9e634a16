/**
 * The C library as jnr-ffi binds it, for {@code org.vertxipc.posix} alone. It is a package of its
 * own because it must be exported: jnr-ffi implements the interface in the unnamed module. It must
 * not know any other package.
 */
package org.vertxipc.posix.libc;
