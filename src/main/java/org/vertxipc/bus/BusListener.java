package org.vertxipc.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
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
}
