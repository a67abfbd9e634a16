/**
 * The event bus of one Vert.x as the bridges of that Vert.x need it: a way for messages to leave
 * after everything that Vert.x does at the sender, a way for messages to come to consumers
 * directly, and whoever waits for a reply. It knows no peers and no channels. All that touches the
 * inside of Vert.x is in {@code Inside}.
 */
package org.vertxipc.eventbus;
