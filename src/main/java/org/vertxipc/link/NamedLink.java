package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.options.NamedLinkOptions;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * A link with programs that come and go: they write to an end with a name, and read from another.
 * Ends that do not exist are made, and removed when the link stops.
 *
 * @param <E> an open end
 */
abstract class NamedLink<E> implements Link, OutboundHandler {
  final Reactor reactor;
  final LinkEvents events;
  final Exchange exchange;
  private final ContextInternal context;
  private final NamedLinkOptions<?> options;
  private final int writeAccess;
  private final List<String> made = new ArrayList<>();

  private record Ends<E>(E read, E write) {}

  /**
   * Creates it.
   *
   * @param whole whether an end keeps messages apart by itself
   * @param writeAccess how the end that programs read is opened
   */
  NamedLink(
      ContextInternal context,
      Reactor reactor,
      NamedLinkOptions<?> options,
      LinkEvents events,
      boolean whole,
      int writeAccess) {
    this.context = context;
    this.reactor = reactor;
    this.options = options;
    this.writeAccess = writeAccess;
    this.events = events;
    this.exchange =
        whole
            ? Exchange.ofWholeMessages(context, reactor, options, events)
            : new Exchange(context, reactor, options, events, null);
  }

  /** Makes an end and opens it, on a worker thread; fails with {@code EEXIST} if there is one. */
  abstract E make(String name, int access, int mode) throws IOException;

  /** Opens an end that somebody else has made, on a worker thread. */
  abstract E find(String name, int access) throws IOException;

  /** Closes an end that is not used. */
  abstract void discard(E end);

  /** Starts reading; takes the end over, also when this fails. */
  abstract void read(E end) throws IOException;

  /** Starts writing; takes the end over, also when this fails. */
  abstract void write(E end) throws IOException;

  /** Returns how many bytes would be lost now; told whether it is asked for the last time. */
  abstract long unread(boolean last);

  /** Closes all that was opened. */
  abstract void close();

  /** Removes an end that this link has made, on a worker thread. */
  abstract void remove(String name) throws IOException;

  @Override
  public Future<Void> start() {
    return context
        .executeBlocking(this::open, false)
        .compose(
            ends -> {
              try {
                use(ends);
                return exchange.open();
              } catch (IOException e) {
                return context.failedFuture(e);
              }
            })
        .recover(e -> stop().transform(stopped -> Future.failedFuture(e)));
  }

  private Ends<E> open() throws IOException {
    E read = open(options.getRead(), Posix.O_RDONLY);
    try {
      return new Ends<>(read, open(options.getWrite(), writeAccess));
    } catch (IOException | RuntimeException e) {
      if (read != null) {
        discard(read);
      }
      throw e;
    }
  }

  /** Opens an end; returns null when none is configured. */
  private E open(String name, int access) throws IOException {
    if (name == null) {
      return null;
    }
    if (options.isCreate()) {
      try {
        E end = make(name, access, Integer.parseInt(options.getMode(), 8));
        made.add(name);
        return end;
      } catch (PosixException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
    return find(name, access);
  }

  private void use(Ends<E> ends) throws IOException {
    if (ends.read != null) {
      try {
        read(ends.read);
      } catch (IOException | RuntimeException e) {
        if (ends.write != null) {
          discard(ends.write);
        }
        throw e;
      }
    }
    if (ends.write != null) {
      write(ends.write);
    }
  }

  @Override
  public void onRoom() {
    exchange.onRoom();
  }

  @Override
  public void onBroken(Throwable cause) {
    exchange.outlet(null);
    String reason = cause == null ? "hung up" : cause.getMessage();
    events.warn("failed", new JsonObject().put("reason", reason));
  }

  @Override
  public void setPaused(boolean paused) {
    exchange.intake().set(Intake.Reason.PAUSED, paused);
  }

  @Override
  public Future<Void> stop() {
    exchange.stopTaking();
    return LinkDrain.await(context, this::unread, options.getCloseMillis(), events)
        .compose(
            v -> {
              exchange.close();
              close();
              return context.executeBlocking(this::removeMade, false);
            });
  }

  private Void removeMade() throws IOException {
    for (String name : made) {
      remove(name);
    }
    made.clear();
    return null;
  }
}
