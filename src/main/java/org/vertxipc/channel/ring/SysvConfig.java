package org.vertxipc.channel.ring;

/**
 * How System V segments are made.
 *
 * @param key makes the key; called on a worker thread
 * @param mode permission bits
 * @param keepKey whether segments keep their key until the channel is closed; else they are marked
 *     for removal when both sides are attached, so that nothing is left when both are killed
 */
public record SysvConfig(SysvKey key, int mode, boolean keepKey) {}
