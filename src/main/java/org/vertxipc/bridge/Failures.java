package org.vertxipc.bridge;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** The failures of the bridge itself: they have the type {@code ERROR} and differ by their code. */
public final class Failures {
  /** The node that was to reply is gone. */
  public static final int NODE_GONE = 7001;

  /** The node does not export the address, or no longer does. */
  public static final int NOT_EXPORTED = 7002;

  /** Too much waits for that node already. */
  public static final int QUEUE_FULL = 7003;

  /** The body can't be encoded here or decoded there. */
  public static final int CODEC = 7004;

  /** The message is longer than the configured limit. */
  public static final int TOO_LARGE = 7005;

  /** The bridge is closed. */
  public static final int CLOSED = 7006;

  /** The program behind a link, or the journal's file, is not available. */
  public static final int LINK_DOWN = 7007;

  private Failures() {}

  static ReplyException of(int code, String message) {
    return new ReplyException(ReplyFailure.ERROR, code, message);
  }
}
