/**
 * The benchmark: our bus and what it is compared with do the same work in processes of their own,
 * in rounds, and the figures become one report. It knows everything; nothing may know it. How it
 * measures is in {@code docs/performance.md}.
 */
package org.vertxipc.bench;
