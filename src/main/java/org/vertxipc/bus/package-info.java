/**
 * The bus directory and the nodes in it: who is alive, whom to connect, cleaning up after the dead.
 * It opens one channel for each ordered pair of nodes and says when a peer comes and goes. It must
 * not know what messages contain.
 */
package org.vertxipc.bus;
