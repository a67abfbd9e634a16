package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.reactor.Reactor;

/** A journal: one half records, the other replays. */
final class JournalLink implements Link {
  private final JournalRecorder recorder;
  private final JournalReplay replay;

  JournalLink(
      ContextInternal context, Reactor reactor, JournalLinkOptions options, LinkEvents events) {
    this.recorder =
        options.getSend() == null ? null : new JournalRecorder(context, options, events);
    this.replay =
        options.getReceive() == null ? null : new JournalReplay(context, reactor, options, events);
  }

  @Override
  public Future<Void> start() {
    Future<Void> recording = recorder == null ? Future.succeededFuture() : recorder.start();
    return recording
        .compose(v -> replay == null ? Future.succeededFuture() : replay.start())
        .recover(e -> stop().transform(stopped -> Future.failedFuture(e)));
  }

  @Override
  public void setPaused(boolean paused) {
    if (replay != null) {
      replay.setPaused(paused);
    }
  }

  @Override
  public Future<Void> stop() {
    Future<Void> stopped = replay == null ? Future.succeededFuture() : replay.stop();
    return stopped.compose(v -> recorder == null ? Future.succeededFuture() : recorder.stop());
  }
}
