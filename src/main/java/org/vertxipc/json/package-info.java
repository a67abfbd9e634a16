/**
 * JSON as text that whoever gets it can read. It must not know where the text goes or what it
 * means.
 */
package org.vertxipc.json;
