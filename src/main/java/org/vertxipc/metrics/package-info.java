/**
 * Shows the numbers of a bridge as meters of Micrometer, where an application has that. It must not
 * know what is counted. It is the only package that imports Micrometer; {@link Meters} alone is
 * loaded where Micrometer is not on the class path.
 */
package org.vertxipc.metrics;
