package org.vertxipc.posix;

import jnr.constants.platform.Errno;
import jnr.posix.Group;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.util.DefaultPOSIXHandler;

/**
 * The groups of this machine, {@code group(5)}, by jnr-posix. It is bound only for a group that is
 * given by its name, because that takes longer than all else in a start.
 */
final class Groups {
  private static final POSIX NATIVE = POSIXFactory.getNativePOSIX(new ReturnErrors());

  private Groups() {}

  /** Returns the number of a group, -1 when there is none of that name, {@code getgrnam(3)}. */
  static int number(String group) {
    Group found = NATIVE.getgrnam(group);
    return found == null ? -1 : (int) found.getGID();
  }

  /** Lets jnr-posix return a failure, as the C library does, instead of throwing an exception. */
  private static final class ReturnErrors extends DefaultPOSIXHandler {
    @Override
    public void error(Errno error, String extraData) {}

    @Override
    public void error(Errno error, String methodName, String extraData) {}
  }
}
