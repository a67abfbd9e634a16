package org.vertxipc.machine;

/** Bytes that are no command of this version. */
public final class BadCommandException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadCommandException(String message) {
    super(message);
  }
}
