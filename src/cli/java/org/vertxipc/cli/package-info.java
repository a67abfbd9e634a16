/**
 * The command-line tool. It uses the public API of the library like any application, and must not
 * reach behind it. Commands print results on standard output and everything else on standard error.
 */
package org.vertxipc.cli;
