package org.vertxipc.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import org.vertxipc.wire.FrameAssembler.FrameHandler;

/** Told of peers and their frames, on the bus's context. */
public interface BusListener {
  /**
   * A peer is there and can be sent to. Whatever is sent now comes before any other frame.
   *
   * @param peer the peer
   */
  void onUp(Peer peer);

  /**
   * A frame of a peer, other than those that are the bus's own affair. What this throws closes the
   * channel to that peer.
   *
   * @param peer the peer
   * @param in holds the frame until this returns
   * @param at its offset
   * @param length its length, at least 4
   * @param body as {@link FrameHandler#onFrame} gets it
   */
  void onFrame(Peer peer, ByteBuffer in, int at, int length, Buffer body);

  /**
   * There is room again after {@link Peer#isFull}.
   *
   * @param peer the peer
   */
  void onDrained(Peer peer);

  /**
   * A peer is gone, after {@link #onUp}.
   *
   * @param peer the peer
   * @param reason says that it left, died, or what was wrong with it
   */
  void onDown(Peer peer, String reason);

  /**
   * Whether this node would write to a node that exports these, so that a way to it is kept open
   * while it is down.
   *
   * @param exports its exports
   * @return true when one of them is of interest
   */
  boolean wants(List<String> exports);

  /**
   * A node is down that keeps a store: what is sent to it waits there.
   *
   * @param peer stands for it: takes stored messages, and nothing else
   * @param exports its exports
   */
  void onAbsent(Peer peer, List<String> exports);

  /**
   * A node that was down is back, and has said what it exports.
   *
   * @param peer as given to {@link #onAbsent}
   */
  void onReturned(Peer peer);

  /**
   * A message that was left for this node. It is left again for the next incarnation unless {@link
   * StoredMessage#done} is called.
   *
   * @param from where it comes from
   * @param in holds the frame until this returns
   * @param at its offset
   * @param length its length, at least 4
   * @param body as {@link FrameHandler#onFrame} gets it
   */
  void onStored(StoredMessage from, ByteBuffer in, int at, int length, Buffer body);
}
