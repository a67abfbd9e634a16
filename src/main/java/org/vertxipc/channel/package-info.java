/**
 * One-way channels of records between two processes, and the transports that make them: {@code
 * descriptor} for FIFOs and message queues, {@code ring} for shared memory. This package and those
 * below it must not know the event bus, nor what the records mean.
 */
package org.vertxipc.channel;
