package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import org.vertxipc.reactor.Reactor;

/** A journal: one half records, the other replays. */
final class JournalLink implements Link {
  private final JournalRecorder recorder;
  private final JournalReplay replay;

  JournalLink(ContextInternal context, Reactor reactor, JournalConfig config) {
    LinkConfig link = config.link();
    LinkEvents events = new LinkEvents(context.owner().eventBus(), link.name(), link.events());
    this.recorder = link.send() == null ? null : new JournalRecorder(context, config, events);
    this.replay =
        link.receive() == null ? null : new JournalReplay(context, reactor, config, events);
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
