package org.vertxipc.link;

import java.nio.file.Path;

/**
 * A FIFO that programs write to, another that they read from, or both.
 *
 * @param link what all links need to know
 * @param read the FIFO from which this side reads, null for none
 * @param write the FIFO to which this side writes, null for none
 * @param create whether to make those that are not there, and to remove these at the end
 * @param mode permission bits of those that are made
 * @param closeMillis how long a stop waits until what is written is in the FIFO
 */
public record FifoConfig(
    LinkConfig link, Path read, Path write, boolean create, int mode, long closeMillis) {}
