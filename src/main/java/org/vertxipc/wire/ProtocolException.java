package org.vertxipc.wire;

/**
 * Thrown when a peer sent something that the wire format does not allow; the message says what was
 * wrong.
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was found and what was expected
   */
  public ProtocolException(String message) {
    super(message);
  }
}
