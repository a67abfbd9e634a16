package org.vertxipc.cluster;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Doorbell;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.WatchedDescriptor;
import org.vertxipc.machine.Members.Member;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * The FIFOs by which the nodes of a cluster wake each other, one for each node. Each node watches
 * those of all others, which hang up when their node dies. All methods but {@link #ring} and {@link
 * #forget} are called on the reactor's thread.
 */
final class Bells {
  private static final Logger log = LoggerFactory.getLogger(Bells.class);

  private static final String PREFIX = "bell-";

  private final Access access;
  private final Path directory;
  private final Reactor reactor;
  private final Runnable onRing;
  private final Runnable onHangup;
  private final Map<String, WatchedDescriptor> watched = new HashMap<>();
  // Guarded by itself: a descriptor that is closed may be another file at once.
  private final Map<String, Integer> writers = new HashMap<>();
  private final ByteBuffer ring = ByteBuffer.allocateDirect(1);
  private final long ringAddress = Posix.address(ring);
  private Doorbell own;
  private boolean closed;

  /**
   * The bells of a node.
   *
   * @param onRing somebody has rung; called on the reactor's thread
   * @param onHangup somebody may have died; called on the reactor's thread
   */
  Bells(Access access, Path directory, Reactor reactor, Runnable onRing, Runnable onHangup) {
    this.access = access;
    this.directory = directory;
    this.reactor = reactor;
    this.onRing = onRing;
    this.onHangup = onHangup;
  }

  /** The bell of a slot. */
  static Path path(Path directory, int slot) {
    return directory.resolve(PREFIX + slot);
  }

  /** Returns the slot of a bell, -1 when a file is none. */
  static int slot(Path file) {
    String name = file.getFileName().toString();
    try {
      return name.startsWith(PREFIX) ? Integer.parseInt(name.substring(PREFIX.length())) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Makes the bell of this node, on a worker thread, and opens it so that it never hangs up. */
  static int create(Access access, Path directory, int slot) throws IOException {
    Path path = path(directory, slot);
    Posix.unlink(path);
    access.mkfifo(path);
    try {
      return Posix.open(path, Posix.O_RDWR, 0);
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(path);
      throw e;
    }
  }

  /** Begins to listen. */
  void listen(int fd) throws IOException {
    own = new Doorbell(reactor, fd);
    own.listen(new Own());
  }

  /** This node has its bell open for writing, too, so that it never hangs up. */
  private final class Own implements Doorbell.Handler {
    @Override
    public void onRing() {
      onRing.run();
    }

    @Override
    public void onBroken(IOException cause) {
      log.warn("The bell of this node can't be read", cause);
      onRing.run();
    }
  }

  /** Watches these and no others. */
  void watch(List<Member> members) {
    if (closed) {
      return;
    }
    Set<String> names = members.stream().map(Member::node).collect(Collectors.toSet());
    Iterator<Map.Entry<String, WatchedDescriptor>> each = watched.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, WatchedDescriptor> next = each.next();
      if (!names.contains(next.getKey())) {
        next.getValue().close();
        each.remove();
      }
    }
    for (Member member : members) {
      if (!watched.containsKey(member.node())) {
        watch(member);
      }
    }
  }

  private void watch(Member member) {
    try {
      int fd = Fifo.openWriter(access, path(directory, member.slot()));
      String node = member.node();
      WatchedDescriptor bell =
          new WatchedDescriptor(reactor, fd, (r, w, hangup) -> hungUp(node, hangup));
      bell.interest(false, false);
      watched.put(node, bell);
    } catch (IOException e) {
      // It is dead, or somebody has removed its bell: who lives is decided by the lock.
      log.debug("Node " + member.node() + " can't be watched", e);
      onHangup.run();
    }
  }

  private void hungUp(String node, boolean hangup) {
    WatchedDescriptor bell = watched.get(node);
    if (hangup && bell != null) {
      bell.close();
      watched.remove(node);
      onHangup.run();
    }
  }

  /** Wakes a node. May be called on any thread. */
  void ring(Member member) {
    synchronized (writers) {
      if (closed) {
        return;
      }
      try {
        Integer fd = writers.get(member.node());
        if (fd == null) {
          fd = Fifo.openWriter(access, path(directory, member.slot()));
          writers.put(member.node(), fd);
        }
        // When the FIFO is full, it has enough rings to wake its node.
        Posix.write(fd, ringAddress, 1);
      } catch (PosixException e) {
        if (!e.is(Errno.EPIPE, Errno.ENXIO, Errno.ENOENT)) {
          log.warn("Node " + member.node() + " can't be woken", e);
        }
        // Whoever watches its bell notices that it is dead.
      } catch (IOException e) {
        log.warn("Node " + member.node() + " can't be woken", e);
      }
    }
  }

  /** A node has left. May be called on any thread. */
  void forget(String node) {
    synchronized (writers) {
      Integer fd = writers.remove(node);
      if (fd != null) {
        Cleanup.close(fd);
      }
    }
  }

  void close() {
    synchronized (writers) {
      closed = true;
      writers.values().forEach(Cleanup::close);
      writers.clear();
    }
    watched.values().forEach(WatchedDescriptor::close);
    watched.clear();
    if (own != null) {
      own.close();
    }
    reactor.close();
  }
}
