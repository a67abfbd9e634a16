package org.vertxipc.stream;

import java.net.ConnectException;

/**
 * The other end has gone before the connection was there. Whoever has its address by now is
 * somebody else, who must not get what was meant for it: nothing else is tried.
 */
final class GoneException extends ConnectException {
  private static final long serialVersionUID = 1L;

  GoneException(String message) {
    super(message);
  }
}
