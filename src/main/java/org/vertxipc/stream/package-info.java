/**
 * Connections that are streams of bytes, as TCP's, between two processes of one host: Netty
 * channels whose bytes go by rings. This package touches Netty's channels and knows neither the
 * event bus nor what the bytes mean.
 */
package org.vertxipc.stream;
