/**
 * A lock-free ring of variable-length records over a {@code ByteBuffer}, for one producer and one
 * consumer: layout, positions, publishing and validation. Everything in the buffer is untrusted. It
 * must not know Vert.x, files, mappings or JNR.
 */
package org.vertxipc.ring;
