/**
 * The state of a cluster as a machine of commands: it knows no clock, no file, no thread and no
 * Vert.x, so that all replicas that are given the same commands are equal.
 */
package org.vertxipc.machine;
