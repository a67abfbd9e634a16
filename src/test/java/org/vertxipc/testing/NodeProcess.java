package org.vertxipc.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A {@link TestNode} in a JVM of its own, on the class path of the tests. */
public final class NodeProcess extends JvmProcess {
  private boolean up;

  private NodeProcess(List<String> command) throws IOException {
    super(command);
  }

  /** Starts a JVM, which makes a bridge that is not on the bus yet. */
  public static NodeProcess spawn(JsonObject config, boolean nativeTransport) throws IOException {
    return spawn(java("-Xmx256m"), config, nativeTransport);
  }

  /** Starts it by another command, to which the main class and its arguments are added. */
  static NodeProcess spawn(List<String> java, JsonObject config, boolean nativeTransport)
      throws IOException {
    List<String> command = new ArrayList<>(java);
    command.add(TestNode.class.getName());
    command.add(config.encode());
    command.add(Boolean.toString(nativeTransport));
    return new NodeProcess(command);
  }

  /** Starts a node in Python, which is told the same and answers the same. */
  static NodeProcess python(JsonObject config) throws IOException {
    return new NodeProcess(
        List.of(
            "env",
            "PYTHONPATH=src/main/python",
            "PYTHONDONTWRITEBYTECODE=1",
            "python3",
            "src/test/python/conformance_node.py",
            config.encode()));
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

  /** Sends a request with these headers, and returns the body of the reply. */
  public Object request(String address, Object body, JsonObject headers, long timeoutMillis)
      throws IOException {
    return call(
        new JsonObject()
            .put("op", "request")
            .put("address", address)
            .put("body", body)
            .put("headers", headers)
            .put("timeout", timeoutMillis));
  }

  private synchronized Object call(JsonObject command) throws IOException {
    // It waits only here, so that the JVMs of a test start at the same time.
    if (!up) {
      expect("up");
      up = true;
    }
    tell(command.encode());
    JsonObject answer = new JsonObject(line());
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

  /** Returns the peers that it has lost, and why. */
  public String gone() {
    try {
      return ((JsonArray) call("gone")).encode();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Returns the warnings that it has logged. */
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
}
