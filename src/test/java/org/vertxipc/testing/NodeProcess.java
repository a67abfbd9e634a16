package org.vertxipc.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link TestNode} in a JVM of its own, on the class path of the tests. */
public final class NodeProcess extends JvmProcess implements AutoCloseable {
  private final BufferedReader out;
  private final Writer in;
  private boolean up;

  private NodeProcess(Process process) throws IOException {
    super(process);
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.in =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a JVM, in which a bridge is made, but not on the bus yet. */
  public static NodeProcess spawn(JsonObject config, boolean nativeTransport) throws IOException {
    return spawn(java("-Xmx256m"), config, nativeTransport);
  }

  /** The same by a command of its own, to which the main class and its arguments are added. */
  static NodeProcess spawn(List<String> java, JsonObject config, boolean nativeTransport)
      throws IOException {
    List<String> command = new ArrayList<>(java);
    command.add(TestNode.class.getName());
    command.add(config.encode());
    command.add(Boolean.toString(nativeTransport));
    return new NodeProcess(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  /** The same JVM as this one, on the same class path. */
  public static List<String> java(String... flags) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of(flags));
    command.add("-XX:TieredStopAtLevel=1");
    command.add(
        "-Djava.util.logging.config.file="
            + System.getProperty("java.util.logging.config.file", ""));
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    return command;
  }

  public static NodeProcess started(JsonObject config) throws IOException {
    NodeProcess node = spawn(config, true);
    node.call("start");
    return node;
  }

  public Object call(String op) throws IOException {
    return call(new JsonObject().put("op", op));
  }

  public Object call(String op, String address) throws IOException {
    return call(new JsonObject().put("op", op).put("address", address));
  }

  public void consume(String address, String mode) throws IOException {
    call(new JsonObject().put("op", "consume").put("address", address).put("mode", mode));
  }

  public Object call(String op, String address, Object body) throws IOException {
    return call(new JsonObject().put("op", op).put("address", address).put("body", body));
  }

  private synchronized Object call(JsonObject command) throws IOException {
    // Not before: the JVMs of a test start beside each other.
    if (!up) {
      String first = out.readLine();
      if (!"up".equals(first)) {
        throw new IOException("the node said " + first);
      }
      up = true;
    }
    in.write(command.encode());
    in.write('\n');
    in.flush();
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the node is gone");
    }
    JsonObject answer = new JsonObject(line);
    if (answer.containsKey("failure")) {
      throw new IOException(answer.getString("failure"));
    }
    return answer.getValue("result");
  }

  public int count(String address) {
    try {
      return (Integer) call("count", address);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The peers that it has lost, and why. */
  public String gone() {
    try {
      return ((JsonArray) call("gone")).encode();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The warnings that it has logged. */
  public String said() {
    try {
      return ((JsonArray) call("said")).encode();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public JsonArray received(String address) throws IOException {
    return (JsonArray) call("received", address);
  }

  /** Ends it in order. */
  @Override
  public void close() throws Exception {
    if (isAlive()) {
      in.close();
      if (!process().waitFor(20, TimeUnit.SECONDS)) {
        kill();
        throw new IOException("the node did not end");
      }
      if (process().exitValue() != 0) {
        throw new IOException("the node ended with " + process().exitValue());
      }
    }
  }
}
