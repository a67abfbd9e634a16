/**
 * The event bus of one Vert.x as the bridges of that Vert.x need it: a way for messages to leave
 * after everything that Vert.x does at the sender, a way to give incoming messages to consumers
 * directly, and the requesters that wait for a reply. It knows no peers and no channels. Only
 * {@code Inside} touches the internals of Vert.x.
 */
package org.vertxipc.eventbus;
