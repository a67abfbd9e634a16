package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.vertxipc.eventbus.LocalRequests;

/** A request to the program, and whoever waits for the answer. */
final class Asked {
  private final Message<Object> message;
  private final Buffer bytes;
  // Null when only the time says whether the requester waits: it is in another process.
  private final LocalRequests here;
  private final long deadline;

  /**
   * Creates one.
   *
   * @param bytes as they are written
   * @param local null when the event bus can't be asked
   * @param deadline until when a requester elsewhere is taken to wait, as {@link System#nanoTime}
   */
  Asked(Message<Object> message, Buffer bytes, LocalRequests local, long deadline) {
    this.message = message;
    this.bytes = bytes;
    this.here = local != null && local.isLocal(message) ? local : null;
    this.deadline = deadline;
  }

  Message<Object> message() {
    return message;
  }

  /** Returns whether these very bytes are the request. */
  boolean is(Buffer written) {
    return bytes == written;
  }

  /** Returns whether an answer is still of use. */
  boolean isWaiting(long now) {
    return here == null ? now - deadline < 0 : here.isWaiting(message);
  }

  /** Tells a requester elsewhere that its time is over; one that is here knows. */
  void expire(String text) {
    if (here == null) {
      message.reply(new ReplyException(ReplyFailure.TIMEOUT, text));
    }
  }
}
