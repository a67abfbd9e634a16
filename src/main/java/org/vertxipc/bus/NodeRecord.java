package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vertxipc.channel.JsonFile;
import org.vertxipc.channel.Namespace;
import org.vertxipc.posix.BadFileException;

/**
 * What a node publishes about itself in {@code node.json}.
 *
 * @param node its name
 * @param incarnation a random number, new at every start
 * @param pid of its process
 * @param startMillis when that process started, in milliseconds since the epoch
 * @param transport by which it receives, {@link #STREAMS} for one that is no member of the bus
 * @param writes the transports by which it can write
 * @param passing whether its name was made for its process, so that no other will have it
 * @param namespaces in which its process is, as the kernel calls them; without those that it does
 *     not tell, as a node of another version may not
 */
record NodeRecord(
    String node,
    long incarnation,
    long pid,
    long startMillis,
    String transport,
    Set<TransportType> writes,
    boolean passing,
    Map<Namespace, String> namespaces) {
  private static final Logger log = LoggerFactory.getLogger(NodeRecord.class);
  private static final String NAMESPACES = "namespaces";
  private static final String WRITES = "writes";

  static final int VERSION = 3;

  /** What a node has in place of a transport that takes connections and no messages. */
  static final String STREAMS = "streams";

  static NodeRecord ofThisProcess(BusConfig config, long incarnation) {
    return ofThisProcess(
        config.node(), incarnation, config.options().getTransport(), config.passing());
  }

  static NodeRecord ofThisProcess(
      String node, long incarnation, String transport, boolean passing) {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
    return new NodeRecord(
        node,
        incarnation,
        self.pid(),
        start,
        transport,
        EnumSet.allOf(TransportType.class),
        passing,
        namespacesOfThisProcess());
  }

  private static Map<Namespace, String> namespacesOfThisProcess() {
    Map<Namespace, String> own = new EnumMap<>(Namespace.class);
    for (Namespace namespace : TransportType.namespaces()) {
      try {
        own.put(namespace, namespace.identity());
      } catch (IOException e) {
        log.debug("The " + namespace + " namespace of this process is not known", e);
      }
    }
    return own;
  }

  /** Whether the node takes connections and no messages. */
  boolean isOfStreams() {
    return transport.equals(STREAMS);
  }

  /**
   * The transport of the channel on which this node receives from another: its own, or FIFOs, which
   * every node can write, if the other can't write by that.
   */
  TransportType channelFor(NodeRecord writer) {
    return writer.writes.stream()
        .filter(type -> type.option().equals(transport))
        .findAny()
        .orElse(TransportType.FIFO);
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (writes.size() < TransportType.values().length) {
      json.put(WRITES, new JsonArray(writes.stream().map(TransportType::option).toList()));
    }
    return json.put("version", VERSION)
        .put("node", node)
        .put("incarnation", hex(incarnation))
        .put("pid", pid)
        .put("startMillis", startMillis)
        .put("transport", transport)
        .put("passing", passing)
        .put(NAMESPACES, namespacesToJson());
  }

  private JsonObject namespacesToJson() {
    JsonObject json = new JsonObject();
    namespaces.forEach((namespace, identity) -> json.put(namespace.key(), identity));
    return json;
  }

  static NodeRecord of(JsonFile file) throws BadFileException {
    long version = file.number("version");
    if (version != VERSION) {
      throw new BadFileException(
          file.path(), "is a node record of version " + version + ", this is version " + VERSION);
    }
    return new NodeRecord(
        file.text("node"),
        incarnation(file),
        file.number("pid"),
        file.number("startMillis"),
        file.text("transport"),
        writes(file),
        file.flag("passing"),
        namespaces(file));
  }

  /** A node that does not tell can write by all. One of a later version may know others. */
  private static Set<TransportType> writes(JsonFile file) throws BadFileException {
    if (!file.json().containsKey(WRITES)) {
      return EnumSet.allOf(TransportType.class);
    }
    List<String> names = file.texts(WRITES);
    Set<TransportType> writes = EnumSet.noneOf(TransportType.class);
    for (TransportType type : TransportType.values()) {
      if (names.contains(type.option())) {
        writes.add(type);
      }
    }
    return writes;
  }

  /** What is unknown here is passed over; what is known is compared, and must have its form. */
  private static Map<Namespace, String> namespaces(JsonFile file) throws BadFileException {
    Map<Namespace, String> namespaces = new EnumMap<>(Namespace.class);
    if (!file.json().containsKey(NAMESPACES)) {
      return namespaces;
    }
    if (!(file.json().getValue(NAMESPACES) instanceof JsonObject json)) {
      throw file.unexpected(NAMESPACES, "an object");
    }
    for (Namespace namespace : TransportType.namespaces()) {
      Object identity = json.getValue(namespace.key());
      if (identity == null) {
        continue;
      }
      if (!(identity instanceof String text) || !namespace.isIdentity(text)) {
        throw file.unexpected(
            NAMESPACES, "identities such as " + namespace.key() + ":[4026531839]");
      }
      namespaces.put(namespace, text);
    }
    return namespaces;
  }

  private static long incarnation(JsonFile file) throws BadFileException {
    try {
      return Long.parseUnsignedLong(file.text("incarnation"), 16);
    } catch (NumberFormatException e) {
      throw file.unexpected("incarnation", "16 hexadecimal digits");
    }
  }

  static String hex(long incarnation) {
    // Not String.format, which loads what is known of languages and countries at the start of each
    // node.
    return HexFormat.of().toHexDigits(incarnation);
  }
}
