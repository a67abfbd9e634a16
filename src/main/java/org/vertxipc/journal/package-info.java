/**
 * A log in mapped files: one writer appends, any number of readers follow, in this process and in
 * others. It knows files, positions and checksums. It must not know Vert.x, nor what the records
 * mean.
 */
package org.vertxipc.journal;
