package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.ReplyException;
import org.vertxipc.eventbus.Requester;
import org.vertxipc.wire.EncodedBody;

/**
 * A peer that waits for the reply to a request which this node has passed on. May be used on any
 * thread: its work is handed over to the loop of the bridge to which the peer belongs.
 */
final class Relay implements Requester {
  private final PeerSession.Live peer;
  private final long correlation;
  private final Answers answers;
  private final long deadline;

  /**
   * Creates a waiting peer.
   *
   * @param correlation under which it waits
   * @param answers of the bridge to which it belongs
   * @param deadline until when this node remembers it, in the time of {@link System#nanoTime}
   */
  Relay(PeerSession.Live peer, long correlation, Answers answers, long deadline) {
    this.peer = peer;
    this.correlation = correlation;
    this.answers = answers;
    this.deadline = deadline;
  }

  @Override
  public boolean isWaiting(long now) {
    return peer.peer().canSend() && now - deadline < 0;
  }

  @Override
  public void fail(ReplyException failure) {
    answers.later(() -> answers.fail(peer, correlation, failure));
  }

  void reply(int priority, MultiMap headers, EncodedBody body, Requester next) {
    answers.later(() -> answers.reply(peer, correlation, priority, headers, body, next));
  }

  /** Gives the request back to the peer. */
  void giveBack(Parcel parcel) {
    answers.later(() -> answers.giveBack(peer, parcel, correlation));
  }
}
