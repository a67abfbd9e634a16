/**
 * The options of a bridge, and their JSON form. All other packages may use this one; it must not
 * know which do.
 */
package org.vertxipc.options;
