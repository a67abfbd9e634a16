package org.vertxipc.posix;

import jnr.constants.platform.Errno;
import jnr.posix.util.DefaultPOSIXHandler;

/**
 * Lets jnr-posix return a failure, as the C library does, instead of throwing an exception of its
 * own.
 */
final class ReturnErrors extends DefaultPOSIXHandler {
  @Override
  public void error(Errno error, String extraData) {}

  @Override
  public void error(Errno error, String methodName, String extraData) {}
}
