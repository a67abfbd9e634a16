/** What a node has counted, and what is there now. It knows nothing about what is counted. */
package org.vertxipc.counters;
