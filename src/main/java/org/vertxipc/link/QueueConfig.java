package org.vertxipc.link;

/**
 * A POSIX message queue that programs write to, another that they read from, or both.
 *
 * @param link what all links need to know
 * @param read the queue from which this side reads, null for none
 * @param write the queue to which this side writes, null for none
 * @param create whether to make those that are not there, and to remove these at the end
 * @param mode permission bits of those that are made
 * @param maxMessages how many messages it holds; 0 for 10, or what the machine allows
 * @param messageBytes how long a message may be; 0 for 8192, or what the machine allows
 * @param closeMillis how long a stop waits until what is written is in the queue
 */
public record QueueConfig(
    LinkConfig link,
    String read,
    String write,
    boolean create,
    int mode,
    int maxMessages,
    int messageBytes,
    long closeMillis) {}
