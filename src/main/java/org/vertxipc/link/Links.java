package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.options.JournalLinkOptions;
import org.vertxipc.options.LinkOptions;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.LoopContext;
import org.vertxipc.reactor.Reactor;

/** The links of a bridge. May be used on any thread; all work is done on one event loop. */
public final class Links {
  private final ContextInternal context;
  private final List<LinkOptions<?>> options;
  private final CounterSet counters;
  private final Map<Link, LinkCounts> links = new LinkedHashMap<>();
  private Reactor reactor;
  private boolean paused;
  private Future<Void> started;
  private Future<Void> stopped;

  /**
   * Creates links without starting them.
   *
   * @param owner the event-loop context whose loop does all the work
   * @param all options of the links, each with a name
   * @param counters where others see what goes through them
   */
  public Links(ContextInternal owner, List<LinkOptions<?>> all, CounterSet counters) {
    this.context = owner;
    this.options = List.copyOf(all);
    this.counters = counters;
  }

  /**
   * Starts the links, one after the other.
   *
   * @return succeeds when all are started; fails when one can't be, naming it, after all have been
   *     stopped
   */
  public Future<Void> start() {
    return onContext(
        () -> {
          if (stopped != null) {
            return context.failedFuture("The links are closed");
          }
          if (started == null) {
            started = options.isEmpty() ? context.succeededFuture() : startAll();
          }
          return started;
        });
  }

  private Future<Void> startAll() {
    Future<Void> all = context.executeBlocking(Links::load, false).compose(v -> open());
    for (LinkOptions<?> link : options) {
      all = all.compose(v -> startOne(link));
    }
    return all.recover(e -> stopAll().transform(v -> Future.failedFuture(e)));
  }

  private static Void load() {
    Posix.load();
    return null;
  }

  private Future<Void> open() {
    reactor = Reactor.create(context);
    return context.succeededFuture();
  }

  private Link link(LinkOptions<?> options, LinkEvents events) {
    return switch (options.type()) {
      case PIPE -> new PipeLink(context, reactor, (PipeLinkOptions) options, events);
      case FIFO -> new FifoLink(context, reactor, (FifoLinkOptions) options, events);
      case MQUEUE -> new QueueLink(context, reactor, (MqueueLinkOptions) options, events);
      case JOURNAL -> new JournalLink(context, reactor, (JournalLinkOptions) options, events);
    };
  }

  private Future<Void> startOne(LinkOptions<?> options) {
    String name = options.getName();
    LinkEvents events = new LinkEvents(context.owner().eventBus(), options, counters);
    Link link = link(options, events);
    return link.start()
        .onSuccess(
            v -> {
              links.put(link, events.counts());
              link.setPaused(paused);
            })
        .recover(
            e -> {
              events.counts().remove();
              return context.failedFuture(
                  new IOException("Link '" + name + "' can't be started: " + e.getMessage(), e));
            });
  }

  /**
   * Stops or resumes reading from programs.
   *
   * @param paused whether to stop
   */
  public void setPaused(boolean paused) {
    context.runOnContext(
        v -> {
          this.paused = paused;
          links.keySet().forEach(link -> link.setPaused(paused));
        });
  }

  /**
   * Stops all links at the same time.
   *
   * @return succeeds when all are stopped; never fails
   */
  public Future<Void> stop() {
    return onContext(
        () -> {
          if (stopped == null) {
            Future<Void> before = started == null ? context.succeededFuture() : started;
            stopped = before.otherwiseEmpty().compose(v -> stopAll());
          }
          return stopped;
        });
  }

  private Future<Void> stopAll() {
    List<Future<Void>> stopping = new ArrayList<>();
    links.forEach((link, counts) -> stopping.add(link.stop().onComplete(v -> counts.remove())));
    links.clear();
    return Future.join(stopping)
        .otherwiseEmpty()
        .map(
            v -> {
              if (reactor != null) {
                reactor.close();
                reactor = null;
              }
              return null;
            });
  }

  private <T> Future<T> onContext(Supplier<Future<T>> task) {
    return LoopContext.call(context, task);
  }
}
