package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;

/** Input from a program that is not a message. */
final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int EXCERPT = 80;

  private final String excerpt;

  BadMessageException(String reason, Buffer bytes, Throwable cause) {
    super(reason, cause);
    this.excerpt = excerpt(bytes);
  }

  /** Returns the start of it as text; invalid UTF-8 is replaced. */
  String excerpt() {
    return excerpt;
  }

  private static String excerpt(Buffer bytes) {
    boolean whole = bytes.length() <= EXCERPT;
    return bytes.getString(0, Math.min(bytes.length(), EXCERPT)) + (whole ? "" : "...");
  }
}
