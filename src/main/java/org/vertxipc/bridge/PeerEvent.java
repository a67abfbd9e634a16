package org.vertxipc.bridge;

import java.util.List;
import org.vertxipc.bus.Departure;

/**
 * The state of a peer at one moment.
 *
 * @param node its name
 * @param state what has happened
 * @param departure why it is gone; null while it is not
 * @param exports the addresses that it exports
 * @param queuedBytes how much waits for it in this process
 */
public record PeerEvent(
    String node, State state, Departure departure, List<String> exports, long queuedBytes) {
  /** What has happened to a peer. */
  public enum State {
    /** It has connected. */
    UP,
    /** Its exports have changed. */
    CHANGED,
    /** It is gone. */
    DOWN
  }

  static PeerEvent of(PeerSession.Live session, State state) {
    return new PeerEvent(
        session.peer().name(), state, null, session.exports(), session.peer().queuedBytes());
  }

  static PeerEvent down(PeerSession.Live session, Departure why) {
    return new PeerEvent(session.peer().name(), State.DOWN, why, List.of(), 0);
  }
}
