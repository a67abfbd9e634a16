/** Counters in a file that others read while their node runs and after it was killed. */
package org.vertxipc.counters.file;
