/**
 * What a node has counted, in a file that others read while it runs and after it was killed. It
 * knows nothing about what is counted.
 */
package org.vertxipc.counters;
