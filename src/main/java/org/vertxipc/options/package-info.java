/**
 * The options of a bridge, and their JSON form. This package must not know who uses them: all
 * others may.
 */
package org.vertxipc.options;
