package org.vertxipc.channel;

import java.io.IOException;

/**
 * Says that two nodes name one thing and mean two, because they are in different namespaces or have
 * mounted different file systems. That stays so for as long as both live.
 */
public final class ApartException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what differs, between whom, and what helps
   */
  public ApartException(String message) {
    super(message);
  }
}
