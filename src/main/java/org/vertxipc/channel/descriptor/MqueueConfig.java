package org.vertxipc.channel.descriptor;

/**
 * How message queues are made.
 *
 * @param maxMessages how many messages a queue holds; 0 for 10, or what the machine allows if that
 *     is less
 * @param messageBytes how long a message may be; 0 for 8192, or what the machine allows if that is
 *     less
 */
public record MqueueConfig(int maxMessages, int messageBytes) {}
