package org.vertxipc.bus;

import org.vertxipc.channel.descriptor.MqueueConfig;
import org.vertxipc.channel.ring.IdlePolicy;
import org.vertxipc.channel.ring.SysvConfig;
import org.vertxipc.store.StoreConfig;

/**
 * What the transports need to know.
 *
 * @param ringBytes capacity of each ring that this node reads
 * @param idle what to do when the rings are empty
 * @param pipeBytes wanted size of each FIFO's buffer in the kernel
 * @param sysv how System V segments are made
 * @param mqueue how message queues are made
 * @param mapped how messages wait in files
 */
public record TransportConfig(
    int ringBytes,
    IdlePolicy idle,
    int pipeBytes,
    SysvConfig sysv,
    MqueueConfig mqueue,
    StoreConfig mapped) {}
