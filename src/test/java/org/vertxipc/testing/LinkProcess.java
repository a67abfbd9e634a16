package org.vertxipc.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.IpcBridge;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.LinkOptions;

/**
 * A JVM with links, which says each event at "events" and each message to "in", a line of JSON
 * each. It closes its Vert.x when its input ends.
 */
public final class LinkProcess extends JvmProcess {
  private LinkProcess(List<String> command) throws IOException {
    super(command);
  }

  /** Starts it with one link, behind the words of another command if there are any. */
  public static LinkProcess start(LinkOptions<?> link, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(java());
    command.add(LinkProcess.class.getName());
    command.add(ascii(new IpcBridgeOptions().addLink(link).toJson().encode()));
    return new LinkProcess(command);
  }

  /** The same JSON, which is the same argument in each locale. */
  private static String ascii(String json) {
    StringBuilder ascii = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      ascii.append(c < 0x80 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return ascii.toString();
  }

  /** Waits until it can't be started; returns why. */
  public String awaitFailure() throws IOException {
    JsonObject said = next();
    while (!said.containsKey("failed")) {
      said = next();
    }
    return said.getString("failed");
  }

  /** Waits for an event of a kind, and passes over all that is said before. */
  public JsonObject awaitEvent(String kind) throws IOException {
    JsonObject said = next();
    while (!kind.equals(said.getString("event"))) {
      said = next();
    }
    return said;
  }

  /** Waits for the next message, and passes over events. */
  public Object awaitMessage() throws IOException {
    JsonObject said = next();
    while (!said.containsKey("message")) {
      said = next();
    }
    return said.getValue("message");
  }

  /** Waits for what it says next. */
  public JsonObject next() throws IOException {
    return new JsonObject(line());
  }

  @SuppressWarnings("checkstyle:UncommentedMain")
  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    vertx.eventBus().<JsonObject>consumer("events", m -> say(m.body()));
    vertx.eventBus().consumer("in", m -> say(new JsonObject().put("message", m.body())));
    Future.<Void>future(
            started ->
                IpcBridge.create(vertx, new IpcBridgeOptions(new JsonObject(args[0])))
                    .start()
                    .onComplete(started))
        .onFailure(
            e -> {
              e.printStackTrace();
              say(new JsonObject().put("failed", e.getMessage()));
              // The test gets the reason as a line, so the process itself has succeeded.
              System.exit(0);
            });
    InputStream in = System.in;
    while (in.read() >= 0) {
      // Nothing is said to it.
    }
    Await.get(vertx.close());
  }

  private static void say(JsonObject words) {
    byte[] line = (words.encode() + "\n").getBytes(StandardCharsets.UTF_8);
    System.out.write(line, 0, line.length);
    System.out.flush();
  }
}
