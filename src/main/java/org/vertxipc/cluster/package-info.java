/**
 * A node of a cluster without a network: its replica of the state, how it changes that, and how it
 * notices the others. It knows the log and the machine, and not how messages go.
 */
package org.vertxipc.cluster;
