/**
 * The command-line tool. It uses the public face of the library as any application does, and must
 * not reach behind it. Commands print results on standard output and everything else on standard
 * error.
 */
package org.vertxipc.cli;
