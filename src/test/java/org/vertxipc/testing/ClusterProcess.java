package org.vertxipc.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A JVM with {@link ClusterNode}s, which are members of a cluster of Vert.x. */
public final class ClusterProcess extends JvmProcess {
  // These are on the class path of such a JVM, and of no test.
  private static final String HAZELCAST = System.getProperty("vertxipc.hazelcast");

  private static final int INODE_COLUMN = 9;

  private boolean up;

  private ClusterProcess(ProcessBuilder builder) throws IOException {
    super(builder);
  }

  /** Starts a JVM by a command, or by none; there is no node in it yet. */
  static ClusterProcess spawn(
      List<String> starter, Map<String, String> environment, String... flags) throws IOException {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(
        List.of(
            "-Xmx512m",
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED"));
    List<String> command = java(all.toArray(String[]::new));
    int classPath = command.size() - 1;
    command.set(classPath, command.get(classPath) + File.pathSeparator + HAZELCAST);
    command.add(ClusterNode.class.getName());
    command.addAll(0, starter);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new ClusterProcess(builder);
  }

  /** Starts a JVM by a command, without Hazelcast on its class path; there is no node in it yet. */
  static ClusterProcess spawnAlone(List<String> java) throws IOException {
    List<String> command = new ArrayList<>(java);
    command.add(ClusterNode.class.getName());
    return new ClusterProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  /** Waits until the JVM is there, so that what it does next is not taken for slow. */
  public void awaitUp() throws IOException {
    // It waits only here, so that the JVMs of a test start at the same time.
    if (!up) {
      expect("up");
      up = true;
    }
  }

  /** Sends a command, and waits for its answer. */
  public synchronized Object call(String op, JsonObject arguments) throws IOException {
    awaitUp();
    tell(new JsonObject().mergeIn(arguments).put("op", op).encode());
    return answer();
  }

  /** Waits for the answer to a command. */
  public synchronized Object answer() throws IOException {
    JsonObject answer = new JsonObject(line());
    if (answer.containsKey("failure")) {
      throw new IOException(answer.getString("failure"));
    }
    return answer.getValue("result");
  }

  /** Sets the system property that gives nodes that it starts from now on a transport, or none. */
  public void transport(String value) throws IOException {
    call("property", new JsonObject().put("value", value));
  }

  /** Returns the node that is called so. */
  public Member member(String name) {
    return new Member(name);
  }

  /** The descriptors of the process that lead to files in a directory. */
  public long descriptors(Path directory) throws IOException {
    return descriptors().stream().filter(target -> target.startsWith(directory.toString())).count();
  }

  /** Where each descriptor of the process leads. */
  public List<String> descriptors() throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      for (Path fd : all.toList()) {
        targets.add(Files.readSymbolicLink(fd).toString());
      }
    } catch (NoSuchFileException e) {
      // One was closed meanwhile.
      return descriptors();
    }
    return targets;
  }

  /** The sockets of TCP and UDP that the process has. */
  public List<String> sockets() throws IOException {
    List<String> own = descriptors();
    List<String> found = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/net", table))) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns.length > INODE_COLUMN
            && own.contains("socket:[" + columns[INODE_COLUMN] + "]")) {
          found.add(table + " " + line.trim());
        }
      }
    }
    return found;
  }

  /** The mappings of files in a directory. */
  public long mappings(Path directory) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/maps")).stream()
        .filter(line -> line.contains(directory.toString()))
        .count();
  }

  /**
   * A connection, as {@code IpcTransport.connections()} tells it.
   *
   * @param remote its other end
   * @param inbound whether that has connected
   * @param ring whether it goes by rings
   * @param reason why not
   */
  public record Connection(String remote, boolean inbound, boolean ring, String reason) {}

  /** A Vert.x in this JVM. */
  public final class Member {
    private final String name;

    private Member(String name) {
      this.name = name;
    }

    /** Sends it a command, and waits for its answer. */
    public Object call(String op, JsonObject arguments) throws IOException {
      return ClusterProcess.this.call(op, arguments.put("node", name));
    }

    private Object call(String op) throws IOException {
      return call(op, new JsonObject());
    }

    private Object at(String op, String address) throws IOException {
      return call(op, new JsonObject().put("address", address));
    }

    private Object at(String op, String address, Object body) throws IOException {
      return call(op, new JsonObject().put("address", address).put("body", body));
    }

    /** The process that it is in. */
    public ClusterProcess process() {
      return ClusterProcess.this;
    }

    /** Makes it. */
    public Member start(JsonObject config) throws IOException {
      call("start", config.copy());
      return this;
    }

    /** The same, without waiting until it is there. */
    public void startLater(JsonObject config) throws IOException {
      callLater("start", config);
    }

    /** Sends it a command, whose answer is waited for by {@link ClusterProcess#answer}. */
    public void callLater(String op, JsonObject arguments) throws IOException {
      awaitUp();
      tell(new JsonObject().mergeIn(arguments).put("op", op).put("node", name).encode());
    }

    /** Closes it, normally. */
    public void close() throws IOException {
      call("close");
    }

    /** Adds a consumer, see {@link ClusterNode}. */
    public Member consume(String address, String mode) throws IOException {
      at("consume", address, mode);
      return this;
    }

    public Object request(String address, Object body) throws IOException {
      return at("request", address, body);
    }

    public void publish(String address, Object body) throws IOException {
      at("publish", address, body);
    }

    /** Sends, or publishes, that many numbers, each when the one before is written. */
    public void burst(String address, int many, boolean send) throws IOException {
      call("burst", new JsonObject().put("address", address).put("many", many).put("send", send));
    }

    /** Sends one message, without waiting for {@link ClusterProcess#answer}. */
    public void sendLater(String address) throws IOException {
      tell(
          new JsonObject()
              .put("op", "burst")
              .put("node", name)
              .put("address", address)
              .put("many", 1)
              .put("send", true)
              .encode());
    }

    /** Begins to send numbered messages, as fast as they are taken. */
    public void flood(String address) throws IOException {
      at("flood", address);
    }

    /** Stops that. */
    public void stopFlood() throws IOException {
      call("stopFlood");
    }

    /** How many it has sent in this way, those that could not be sent included. */
    public long sent() throws IOException {
      return (Integer) call("sent");
    }

    /** All before this number were written to a connection, or could not be. */
    public long handedOver() throws IOException {
      return (Integer) call("handedOver");
    }

    /** How many of them could not be sent. */
    public long failed() throws IOException {
      return (Integer) call("failed");
    }

    /** Sends a request with that many bytes; returns whether they came as they were sent. */
    public boolean bytesCome(String address, int many) throws IOException {
      return (Boolean) at("bytes", address, many);
    }

    /** How many messages a consumer has had. */
    public int count(String address) {
      try {
        return (Integer) at("count", address);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The bodies that a consumer has had. */
    public List<?> received(String address) throws IOException {
      return ((JsonArray) at("received", address)).getList();
    }

    /** The lowest number that a consumer has had, of any sender. */
    public long lowest(String address) throws IOException {
      return ((Number) at("lowest", address)).longValue();
    }

    /** What went wrong: exceptions, and messages that did not come as they should. */
    public List<?> wrong() throws IOException {
      return ((JsonArray) call("wrong")).getList();
    }

    /** The warnings of the fast lane in this JVM. */
    public List<String> warnings() throws IOException {
      return ((JsonArray) call("warnings")).stream().map(String.class::cast).toList();
    }

    /** The warnings but those of somebody who has waited, which a slow machine has as well. */
    public List<String> warningsOfFaults() throws IOException {
      return warnings().stream()
          .filter(warning -> !warning.startsWith("Waiting to write to the cluster: process "))
          .toList();
    }

    /** The memory of Netty and of the heap in use, in bytes. */
    public long memory() throws IOException {
      return ((Number) call("memory")).longValue();
    }

    /** The connections of its transport; empty when it has another one. */
    public List<Connection> connections() {
      try {
        return ((JsonArray) call("connections"))
            .stream()
                .map(JsonObject.class::cast)
                .map(
                    c ->
                        new Connection(
                            c.getString("remote"),
                            c.getBoolean("inbound"),
                            c.getBoolean("ring"),
                            c.getString("reason")))
                .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Whether it is connected to a port by rings; null when it is not connected. */
    public Boolean isRing(int port) {
      return connections().stream()
          .filter(c -> !c.inbound() && c.remote().endsWith(":" + port))
          .map(Connection::ring)
          .findAny()
          .orElse(null);
    }
  }
}
