package org.vertxipc.wire;

/** What a peer sent is not what the wire format allows; the message says what was wrong. */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception.
   *
   * @param message what was found and what was expected
   */
  public ProtocolException(String message) {
    super(message);
  }
}
