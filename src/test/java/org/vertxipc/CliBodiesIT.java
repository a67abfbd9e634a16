package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;
import org.vertxipc.testing.OnOneJdk;

/** Tests what the built tool sends, and how it prints what it gets. */
@OnOneJdk
class CliBodiesIT extends CliShell {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    Await.get(vertx.close());
  }

  @Test
  void bodiesHeadersAndPrettyJson() throws Exception {
    BusOptions options = new BusOptions().addExport("echo").addExport("things");
    options.setName(bus).setNode("tests").setDirectory(directory().toString());
    List<String> things = new CopyOnWriteArrayList<>();
    vertx
        .eventBus()
        .consumer(
            "echo",
            message -> {
              JsonArray headers = new JsonArray();
              message.headers().forEach(header -> headers.add(header.toString()));
              message.reply(new JsonObject().put("got", message.body()).put("headers", headers));
            });
    vertx
        .eventBus()
        .consumer("things", message -> things.add(message.headers().get("k") + message.body()));
    Await.get(IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options)).start());
    Files.writeString(temp.resolve("body.json"), "\ufeff{\"größe\":\n 7}\n");
    Files.writeString(temp.resolve("text"), "no JSON");
    Files.write(temp.resolve("latin"), "\"größe\"".getBytes(StandardCharsets.ISO_8859_1));

    String request = "$CLI request $BUS echo $DIR ";
    // In a locale that has no umlauts: what is read and printed is UTF-8 anyway.
    Process file = shell("file", "LC_ALL=C " + request + "@$TEMP/body.json --header a=b");
    Process input =
        shell("input", "cat $TEMP/body.json | " + request + "@- --header a=1=2 --header a=3");
    Process pretty = shell("pretty", request + "'[1]' --pretty");
    Process none = shell("none", request + "@$TEMP/none");
    Process text = shell("text", request + "@$TEMP/text");
    Process latin = shell("latin", request + "@$TEMP/latin");
    // The shell makes the bytes, because the locale of this test may not be able to.
    Process umlaut =
        shell("umlaut", "LC_ALL=C " + request + "\"$(printf '\"gr\\303\\266\\303\\237e\"')\"");
    Process byteless = shell("byteless", "LC_ALL=C " + request + "\"$(printf '\"\\366\"')\"");
    Process send = shell("send", "printf 'x\\ny' | $CLI send $BUS things $DIR - --header k=v");
    assertEquals(0, exit(file), text("file.err"));
    assertEquals("{\"got\":{\"größe\":7},\"headers\":[\"a=b\"]}\n", text("file.out"));
    assertEquals(0, exit(input), text("input.err"));
    assertEquals("{\"got\":{\"größe\":7},\"headers\":[\"a=1=2\",\"a=3\"]}\n", text("input.out"));
    assertEquals(0, exit(pretty), text("pretty.err"));
    assertEquals(
        new JsonObject("{\"got\": [1], \"headers\": []}").encodePrettily() + "\n",
        text("pretty.out"));
    assertEquals(1, exit(none));
    assertTrue(text("none.err").contains("There is no file " + temp), text("none.err"));
    assertEquals(1, exit(text));
    assertTrue(text("text.err").contains("/text is not JSON: "), text("text.err"));
    assertEquals(1, exit(latin));
    assertTrue(
        text("latin.err").contains("/latin is not JSON: it is not UTF-8"), text("latin.err"));
    assertEquals(0, exit(umlaut), text("umlaut.err"));
    assertEquals("{\"got\":\"größe\",\"headers\":[]}\n", text("umlaut.out"));
    assertEquals(2, exit(byteless));
    assertTrue(text("byteless.err").contains("an argument is not UTF-8"), text("byteless.err"));
    assertEquals(0, exit(send), text("send.err"));
    Await.until("both lines came", () -> things.size() == 2);
    assertEquals(List.of("vx", "vy"), things);
  }
}
