package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.vertxipc.channel.ApartException;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.Transport;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** All transports: a node receives by one of them, and writes by those of its peers. */
final class Transports {
  private static final Logger log = LoggerFactory.getLogger(Transports.class);

  private final Map<TransportType, Transport> all = new EnumMap<>(TransportType.class);
  private final TransportType.Means means;
  private final TransportType receiving;

  Transports(Reactor reactor, BusConfig config, Path stores) {
    means = new TransportType.Means(reactor, config.access(), config.options(), stores);
    receiving = TransportType.of(config.options().getTransport());
    all.put(receiving, receiving.create(means));
  }

  /** The type of the transport on which this node receives. */
  TransportType receiving() {
    return receiving;
  }

  /** A transport, which is made when it is first needed: most nodes use one. */
  synchronized Transport get(TransportType type) {
    Transport made = all.get(type);
    if (made == null) {
      made = type.create(means);
      all.put(type, made);
    }
    return made;
  }

  /**
   * A channel on which this node receives.
   *
   * @param type of its transport
   * @param channel whose files are made
   */
  record Inbound(TransportType type, InboundChannel channel) {}

  /**
   * Creates the files of the channel on which this node receives from another, after a check that
   * neither names what means nothing to the other. May block.
   *
   * @param base the path without suffix
   * @param peer what the other publishes about itself; null when it does not
   * @param incarnation of the node that is meant: its name may have gone to another
   * @throws ApartException when both can never meet
   */
  Inbound createInbound(Path base, NodeRecord self, NodeRecord peer, long incarnation)
      throws IOException {
    TransportType type = receiving;
    if (peer != null && peer.incarnation() == incarnation) {
      requireShared(self, peer);
      requireShared(peer, self);
      type = self.channelFor(peer);
    }
    return new Inbound(type, get(type).createInbound(base, peer == null ? 0 : peer.pid()));
  }

  /**
   * Fails when a node can't write to another, because what the reader names means nothing there. A
   * namespace that a node does not tell may be the same.
   */
  private static void requireShared(NodeRecord reader, NodeRecord writer) throws ApartException {
    TransportType type = reader.channelFor(writer);
    Namespace namespace = type.namespace();
    if (namespace != null) {
      String readers = reader.namespaces().get(namespace);
      String writers = writer.namespaces().get(namespace);
      if (readers != null && writers != null && !readers.equals(writers)) {
        throw namespace.apart(type.option(), reader.node(), readers, writer.node(), writers);
      }
    }
  }

  synchronized void close() {
    for (Transport each : all.values()) {
      each.close();
    }
  }

  /** Removes a file of a dead node's channel, and the kernel object that it names. */
  static void remove(Access access, Path file) throws IOException {
    try {
      TransportType.removeObject(access, file);
    } catch (PosixException e) {
      if (e.is(Errno.EACCES, Errno.EPERM)) {
        // Another user of the group made it, and only that user may remove it: that user's next
        // node finds it through this file.
        log.info(file + " names an object that only another user may remove: " + e.getMessage());
        return;
      }
      log.warn("The object that " + file + " names is left behind", e);
    } catch (IOException e) {
      log.warn("The object that " + file + " names is left behind", e);
    }
    Posix.unlink(file);
  }
}
