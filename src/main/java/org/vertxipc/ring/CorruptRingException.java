package org.vertxipc.ring;

/**
 * Thrown when the shared bytes contradict the layout: the other side is broken, hostile, or of
 * another kind.
 */
public final class CorruptRingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates a failure.
   *
   * @param message says what is impossible
   */
  public CorruptRingException(String message) {
    super(message);
  }
}
