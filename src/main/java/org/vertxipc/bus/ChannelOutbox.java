package org.vertxipc.bus;

import java.util.function.Consumer;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.ring.CorruptRingException;
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
  private final Consumer<Throwable> broken;

  /**
   * An outbox.
   *
   * @param channel the store
   * @param sender writes to it
   * @param live the node while it is up, else null
   * @param broken told when the store can't be written
   */
  ChannelOutbox(
      OutboundChannel channel, FrameSender sender, LivePeer live, Consumer<Throwable> broken) {
    this.channel = channel;
    this.sender = sender;
    this.live = live;
    this.broken = broken;
  }

  @Override
  public boolean offer(FrameWriter frame, FrameSender.Completion safe) {
    if (live == null ? !hasRoom(frame.length()) : !live.canSend()) {
      return false;
    }
    boolean accepted = false;
    try {
      accepted =
          safe == null ? sender.offer(frame) : sender.offer(frame, written -> tell(written, safe));
      if (live == null) {
        channel.flush();
      }
    } catch (CorruptRingException | InternalError e) {
      broken.accept(e);
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

  private boolean hasRoom(int length) {
    try {
      return sender.fits(length);
    } catch (CorruptRingException | InternalError e) {
      broken.accept(e);
      return false;
    }
  }

  @Override
  public boolean isFull() {
    return live == null ? !hasRoom(ROOM) : live.isFull();
  }

  @Override
  public int maxMessage() {
    return channel.maxDurable();
  }
}
