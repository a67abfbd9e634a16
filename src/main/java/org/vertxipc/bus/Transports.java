package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.channel.Transport;
import org.vertxipc.channel.descriptor.FifoTransport;
import org.vertxipc.channel.descriptor.MqueueTransport;
import org.vertxipc.channel.ring.RingTransport;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** All transports: a node receives on one of them, and writes on those of its peers. */
final class Transports {
  private static final Logger log = LoggerFactory.getLogger(Transports.class);

  private final Map<Integer, Transport> byId = new LinkedHashMap<>();
  private final Transport receiving;

  Transports(Reactor reactor, BusConfig config, Path store) throws IOException {
    Access access = config.access();
    BusOptions o = config.options();
    IdleOptions idle = o.getIdle();
    int ringBytes = o.getRingBytes();
    List<Transport> all =
        List.of(
            new FifoTransport(reactor, access, o.getPipeBytes()),
            RingTransport.shm(reactor, access, idle, ringBytes),
            RingTransport.sysv(reactor, access, idle, ringBytes, o.getSysv()),
            RingTransport.anonymous(reactor, access, idle, ringBytes),
            new MqueueTransport(reactor, access, o.getMqueue()),
            RingTransport.mapped(reactor, access, idle, ringBytes, store));
    Transport own = null;
    for (Transport transport : all) {
      byId.put(transport.id(), transport);
      if (transport.name().equals(config.options().getTransport())) {
        own = transport;
      }
    }
    if (own == null) {
      throw new IOException("Transport '" + config.options().getTransport() + "' is not known");
    }
    this.receiving = own;
  }

  /** That on which this node receives. */
  Transport receiving() {
    return receiving;
  }

  /** Whether messages wait for this node while it is down. */
  boolean isDurable() {
    return isDurable(receiving.id());
  }

  /** Whether messages wait for nodes that receive on that transport. */
  boolean isDurable(int id) {
    return id == RingTransport.MAPPED_ID;
  }

  /** Null when there is none of that number. */
  Transport get(int id) {
    return byId.get(id);
  }

  void close() {
    byId.values().forEach(Transport::close);
  }

  /** A file of a channel, and what in the kernel it stands for. */
  static String describe(Access access, Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(RingTransport.SYSV_SUFFIX)) {
      return file + " (segment " + SmallFile.read(access, file) + ")";
    } else if (name.endsWith(MqueueTransport.SUFFIX)) {
      return file + " (queue " + SmallFile.read(access, file) + ")";
    }
    return file.toString();
  }

  /** Removes a file of a dead node's channel, and what in the kernel it stands for. */
  static void remove(Access access, Path file) throws IOException {
    String name = file.getFileName().toString();
    try {
      if (name.endsWith(RingTransport.SYSV_SUFFIX)) {
        RingTransport.cleanSysv(access, file);
      } else if (name.endsWith(MqueueTransport.SUFFIX)) {
        MqueueTransport.clean(access, file);
      }
    } catch (PosixException e) {
      if (e.is(Errno.EACCES, Errno.EPERM)) {
        // Another user of the group has made it, and alone may remove it: that user's next node
        // finds it by this file.
        log.info(file + " names what is another user's to remove: " + e.getMessage());
        return;
      }
      log.warn("What " + file + " names is left behind", e);
    } catch (IOException e) {
      log.warn("What " + file + " names is left behind", e);
    }
    Posix.unlink(file);
  }
}
