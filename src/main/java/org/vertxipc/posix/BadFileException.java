package org.vertxipc.posix;

import java.io.IOException;

/**
 * Something is there, and is not what it should be: its type, its owner, its permissions or its
 * contents. Whoever reads what several nodes have written may pass over the one whose file this is;
 * any other {@link IOException} is a fault that concerns them all, for example that no descriptor
 * is left.
 */
public final class BadFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param what its path, or another name
   * @param problem what is wrong with it, a predicate such as {@code "is empty"}
   */
  public BadFileException(Object what, String problem) {
    super(what + " " + problem);
  }

  /**
   * Creates an exception.
   *
   * @param what its path, or another name
   * @param problem what is wrong with it, a predicate
   * @param cause that told so
   */
  public BadFileException(Object what, String problem, Throwable cause) {
    super(what + " " + problem, cause);
  }
}
