/**
 * The bytes of frames, bodies and fragments: one encoder, one decoder. Every incoming length is
 * checked before it is used. It writes into whatever record sink it is given and must not know
 * where the bytes go, nor what is done with a message.
 */
package org.vertxipc.wire;
