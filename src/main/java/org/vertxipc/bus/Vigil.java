package org.vertxipc.bus;

import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks whether this node's files are still there. Who removes them does not harm what is
 * connected, but nobody would find this node any more, and its name could be taken. One thread
 * only: the bus's context.
 */
final class Vigil {
  /**
   * How often. A look is three calls of {@code lstat(2)} on a worker thread. To be told by {@code
   * inotify(7)} instead would take an instance for each node, of which a user has 128.
   */
  static final long LOOK_MILLIS = 800;

  private static final Logger log = LoggerFactory.getLogger(Vigil.class);

  private final ContextInternal context;
  private final Membership membership;
  private final Owner owner;
  private final long timer;
  private boolean looking;
  private boolean closed;
  // Said once, as long as it is so.
  private String failure = "";

  /** Told what follows. */
  interface Owner {
    /** These files are new. Fails when something is to be made once more. */
    void onMended(List<Path> made);
  }

  Vigil(ContextInternal context, Membership membership, Owner owner) {
    this.context = context;
    this.membership = membership;
    this.owner = owner;
    this.timer = context.owner().setPeriodic(LOOK_MILLIS, id -> look());
  }

  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    context
        .executeBlocking(membership::mend, false)
        .onComplete(
            made -> {
              looking = false;
              if (closed) {
                return;
              }
              if (made.failed()) {
                complain(made.cause());
              } else {
                failure = "";
                tell(made.result());
              }
            });
  }

  private void tell(List<Path> made) {
    if (made.isEmpty()) {
      return;
    }
    log.warn(
        "Somebody has removed files that this node needs to be found: "
            + made
            + ". They were recreated, and existing connections stay. "
            + cure(made.get(0)));
    owner.onMended(made);
  }

  private static String cure(Path path) {
    if (path.startsWith("/dev/shm")) {
      return "systemd removes what a user has in /dev/shm when the user logs out: set RemoveIPC=no"
          + " (logind.conf(5)), or enable lingering (loginctl enable-linger).";
    }
    if (path.startsWith("/tmp") || path.startsWith("/var/tmp")) {
      return "systemd removes what is old in /tmp and /var/tmp: exclude the directory"
          + " (tmpfiles.d(5), type x), or use another one.";
    }
    return "Find out what cleans up there, or use another directory.";
  }

  private void complain(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (!message.equals(failure)) {
      failure = message;
      log.error(
          "Files that this node needs to be found were removed, and can't be recreated; existing"
              + " connections stay: "
              + message);
    }
  }

  void close() {
    closed = true;
    context.owner().cancelTimer(timer);
  }
}
