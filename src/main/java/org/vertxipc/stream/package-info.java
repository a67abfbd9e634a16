/**
 * The fast lane of a cluster: a transport of Vert.x whose connections are streams of bytes, as
 * TCP's, that go by rings between two processes of one host. This package touches Netty's channels.
 * Of the event bus it knows the options alone, and of the bytes only where a message begins.
 */
package org.vertxipc.stream;
