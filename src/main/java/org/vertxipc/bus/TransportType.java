package org.vertxipc.bus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.channel.Transport;
import org.vertxipc.channel.descriptor.FifoTransport;
import org.vertxipc.channel.descriptor.MqueueTransport;
import org.vertxipc.channel.ring.RingTransport;
import org.vertxipc.options.BusOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.reactor.Reactor;

/**
 * The transports, a row for each: its name in the configuration, its number on the wire, the
 * namespace in which both nodes must be, what it keeps in the kernel that has no file and has to be
 * removed for a dead node.
 */
// Cleaners are functions, of which the checker cannot know that they have no state.
@SuppressWarnings("ImmutableEnumChecker")
enum TransportType {
  FIFO("fifo", 1, null, null),
  SHM("shm", 2, null, null),
  SYSV(
      "sysv",
      3,
      Namespace.IPC,
      new KernelObject("segment", RingTransport.SYSV_SUFFIX, RingTransport::cleanSysv)),
  ANONYMOUS("anonymous", 4, Namespace.PID, null),
  MQUEUE(
      "mqueue",
      5,
      Namespace.IPC,
      new KernelObject("queue", MqueueTransport.SUFFIX, MqueueTransport::clean)),
  MAPPED("mapped", 6, null, null);

  private final String option;
  private final int id;
  private final Namespace namespace;
  private final KernelObject object;

  TransportType(String option, int id, Namespace namespace, KernelObject object) {
    this.option = option;
    this.id = id;
    this.namespace = namespace;
    this.object = object;
  }

  /**
   * What transports are made of.
   *
   * @param reactor drives their descriptors and pollers
   * @param access who may open their channels
   * @param options of the bus
   * @param stores the directory of the stores of the bus
   */
  record Means(Reactor reactor, Access access, BusOptions options, Path stores) {}

  /** A kind of object of the kernel that outlives its process and that a file stands for. */
  private record KernelObject(String noun, String suffix, Cleaner cleaner) {}

  private interface Cleaner {
    void remove(Access access, Path file) throws IOException;
  }

  /** The transport of that name in the configuration. */
  static TransportType of(String option) {
    return Arrays.stream(values())
        .filter(type -> type.option.equals(option))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("Unknown transport '" + option + "'"));
  }

  /** The transport of that number on the wire, if there is one. */
  static Optional<TransportType> of(int id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findAny();
  }

  /** The namespaces that matter to some transport. */
  static Set<Namespace> namespaces() {
    Set<Namespace> all = EnumSet.noneOf(Namespace.class);
    for (TransportType type : values()) {
      if (type.namespace != null) {
        all.add(type.namespace);
      }
    }
    return all;
  }

  /** The namespace in which both nodes must be; null when they need nothing but directories. */
  Namespace namespace() {
    return namespace;
  }

  /** The name in the configuration. */
  String option() {
    return option;
  }

  /** The number on the wire, 1 to 255. */
  int id() {
    return id;
  }

  /** Whether messages wait for the nodes that receive on this transport while they are down. */
  boolean isDurable() {
    return this == MAPPED;
  }

  Transport create(Means m) {
    BusOptions options = m.options;
    return switch (this) {
      case FIFO -> new FifoTransport(m.reactor, m.access, options.getPipeBytes());
      case SHM -> RingTransport.shm(m.reactor, m.access, options.getIdle(), options.getRingBytes());
      case SYSV -> RingTransport.sysv(m.reactor, m.access, options);
      case ANONYMOUS -> RingTransport.anonymous(m.reactor, m.access, options);
      case MQUEUE -> new MqueueTransport(m.reactor, m.access, options.getMqueue());
      case MAPPED -> RingTransport.mapped(m.reactor, m.access, options, m.stores);
    };
  }

  /** A file of a channel, what in the kernel it stands for, and whether that is elsewhere. */
  static String describe(Access access, Path file) throws IOException {
    KernelObject object = objectOf(file);
    if (object == null) {
      return file.toString();
    }
    SmallFile.Named named = SmallFile.named(access, file);
    boolean isHere = named.validIn().equals(Namespace.IPC.identity());
    String where = isHere ? "" : ", which stays: it is in " + named.validIn();
    return file + " (" + object.noun + " " + named.name() + where + ")";
  }

  /** Removes the object of the kernel that a file stands for, if it stands for one. */
  static void removeObject(Access access, Path file) throws IOException {
    KernelObject object = objectOf(file);
    if (object != null) {
      object.cleaner.remove(access, file);
    }
  }

  private static KernelObject objectOf(Path file) {
    String name = file.getFileName().toString();
    for (TransportType type : values()) {
      if (type.object != null && name.endsWith(type.object.suffix)) {
        return type.object;
      }
    }
    return null;
  }
}
