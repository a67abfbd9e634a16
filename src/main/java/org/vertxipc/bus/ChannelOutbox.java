package org.vertxipc.bus;

import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.store.Outbox;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;

/** An outbox over the writing end of a store. */
final class ChannelOutbox implements Outbox {
  // A writer to a node that is down is told to wait when less room is left than this.
  private static final int ROOM = 64 * 1024;

  private final OutboundChannel channel;
  private final FrameSender sender;
  private final LivePeer live;

  /**
   * An outbox.
   *
   * @param channel the store
   * @param sender writes to it
   * @param live the node while it is up, else null
   */
  ChannelOutbox(OutboundChannel channel, FrameSender sender, LivePeer live) {
    this.channel = channel;
    this.sender = sender;
    this.live = live;
  }

  @Override
  public boolean offer(FrameWriter frame, FrameSender.Completion safe) {
    if (live == null ? !sender.fits(frame.length()) : !live.canSend()) {
      return false;
    }
    boolean accepted =
        safe == null ? sender.offer(frame) : sender.offer(frame, written -> tell(written, safe));
    if (live == null) {
      channel.flush();
    }
    if (live != null) {
      live.afterSend();
    }
    return accepted;
  }

  private void tell(boolean written, FrameSender.Completion safe) {
    if (written) {
      channel.whenSafe(() -> safe.done(true));
    } else {
      safe.done(false);
    }
  }

  @Override
  public boolean isFull() {
    return live == null ? !sender.fits(ROOM) : live.isFull();
  }

  @Override
  public int maxMessage() {
    return channel.maxDurable();
  }
}
