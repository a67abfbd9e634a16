package org.vertxipc;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Handler;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The handlers that are told about peers. Each is called on the context on which it was registered,
 * in order, until its verticle is undeployed. A handler that throws affects no other.
 */
final class PeerHandlers {
  private static final Logger log = LoggerFactory.getLogger(PeerHandlers.class);

  private final VertxInternal vertx;
  private final List<Registration> registrations = new CopyOnWriteArrayList<>();
  private boolean closed;

  PeerHandlers(VertxInternal vertx) {
    this.vertx = vertx;
  }

  synchronized void add(Handler<IpcPeer> handler) {
    Registration registration = new Registration(handler, UserContext.lasting(vertx));
    if (!closed && registration.context.bind(registration)) {
      registrations.add(registration);
    }
  }

  void remove(Handler<IpcPeer> handler) {
    for (Registration registration : registrations) {
      if (registration.handler == handler) {
        registration.end();
        return;
      }
    }
  }

  void tell(IpcPeer peer) {
    registrations.forEach(r -> r.context.run(() -> r.tell(peer)));
  }

  synchronized void close() {
    closed = true;
    registrations.forEach(Registration::end);
  }

  int size() {
    return registrations.size();
  }

  private final class Registration implements Closeable {
    final Handler<IpcPeer> handler;
    final UserContext context;
    private volatile boolean ended;

    Registration(Handler<IpcPeer> handler, UserContext context) {
      this.handler = handler;
      this.context = context;
    }

    void tell(IpcPeer peer) {
      if (ended) {
        return; // The handler was removed while this call was on its way.
      }
      try {
        handler.handle(peer);
      } catch (RuntimeException | Error e) {
        log.warn("A peerHandler failed on an event of node '" + peer.node() + "': " + e);
        context.report(e);
      }
    }

    void end() {
      ended = true;
      registrations.remove(this);
      context.unbind(this);
    }

    @Override
    public void close(Completable<Void> completion) {
      end();
      completion.succeed();
    }
  }
}
