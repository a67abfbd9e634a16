/**
 * A log of commands in shared memory, which several processes write in turn and all read: it knows
 * files, locks and bytes, and nothing of what the commands mean.
 */
package org.vertxipc.log;
