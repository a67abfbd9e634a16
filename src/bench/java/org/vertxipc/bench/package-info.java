/**
 * The benchmark: our bus and its contenders do the same work in rounds, each in processes of its
 * own, and the figures become one report. It knows everything; nothing may know it. {@code
 * docs/performance.md} says how it measures.
 */
package org.vertxipc.bench;
