package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;

class ConfigTest {
  private static String error(String json) {
    return assertThrows(
            IllegalArgumentException.class, () -> new IpcBridgeOptions(new JsonObject(json)))
        .getMessage();
  }

  @Test
  void everyConfigurationInConfIsValid() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      List<Path> configurations =
          files.filter(f -> !f.toString().endsWith(".schema.json")).toList();
      assertTrue(configurations.size() >= 3);
      for (Path file : configurations) {
        IpcBridgeOptions options = new IpcBridgeOptions(new JsonObject(Files.readString(file)));
        assertEquals(options.toJson(), new IpcBridgeOptions(options.toJson()).toJson());
      }
    }
  }

  @Test
  void errorsInLinksAreNamedToo() {
    String e =
        error(
            """
            {"links": [{"type": "pipe", "command": [], "codec": "xml", "path": "/x"},
                       {"type": "fifo", "mode": "0999"}, {"type": "pipe"}]}
            """);
    for (String expected :
        List.of(
            "/links/0/command: found the array [], expected a value of type array of at least 1",
            "/links/0/codec: found \"xml\", expected one of [\"raw\",\"lines\"",
            "/links/0/path: unknown key, accepted are [type, name, codec",
            "/links/1/mode: found \"0999\", expected a value of type string like",
            "/links/2/command: missing, expected a value of type array")) {
      assertTrue(e.contains(expected), expected + " in " + e);
    }
    assertEquals(6, e.lines().count(), e);
    e = error("{\"links\": [{\"type\": \"socket\"}]}");
    assertTrue(e.contains("/links/0/type: found \"socket\", expected one of [\"pipe\""), e);
    e =
        error(
            """
            {"links": [{"type": "fifo", "name": "a", "send": "x", "receive": "y"},
                       {"type": "pipe", "name": "a", "command": ["cat"], "reply": "id"}]}
            """);
    for (String expected :
        List.of(
            "/links/0/write: missing, it is where messages to 'x' go",
            "/links/0/read: missing, it is where messages for 'y' come from",
            "/links/1/reply: found \"id\", which needs 'send'",
            "/links/1/reply: found \"id\", which needs codec \"json-lines\"",
            "/links/1/name: found \"a\", which another link has")) {
      assertTrue(e.contains(expected), expected + " in " + e);
    }
  }

  @Test
  void answersNeedWhatTellsThemApart() {
    String e =
        error(
            """
            {"links": [{"type": "pipe", "command": ["cat"], "send": "x", "codec": "raw",
                        "reply": "turn"},
                       {"type": "pipe", "command": ["cat"], "replyTimeoutMillis": 5}]}
            """);
    assertTrue(e.contains("/links/0/reply: found \"turn\", which needs another codec"), e);
    assertTrue(e.contains("/links/1/replyTimeoutMillis: found 5, which needs 'reply'"), e);
    assertEquals(3, e.lines().count(), e);
  }

  /** A setting that could have no effect is a mistake. */
  @Test
  void carriageReturnsAreKeptOnlyInLinesThatAreRead() {
    String e =
        error(
            """
            {"links": [{"type": "fifo", "name": "a", "send": "x", "write": "w",
                        "keepCarriageReturn": true},
                       {"type": "pipe", "name": "b", "command": ["cat"], "codec": "json-lines",
                        "keepCarriageReturn": true},
                       {"type": "pipe", "name": "c", "command": ["cat"],
                        "keepCarriageReturn": true}]}
            """);
    String expected = "/keepCarriageReturn: found true, which needs codec \"lines\"";
    assertTrue(e.contains("/links/0" + expected), e);
    assertTrue(e.contains("/links/1" + expected), e);
    assertEquals(3, e.lines().count(), e);
  }

  /** The schema has what links share in one place, and each difference where it applies. */
  @Test
  void whatALinkAcceptsDependsOnItsType() {
    String e =
        error(
            """
            {"links": [{"type": "mqueue", "codec": "frames", "maxMessageBytes": 0},
                       {"type": "journal", "directory": "/d", "reply": "none"},
                       {"type": "fifo", "send": ""}, 5, {"codec": "frames"}]}
            """);
    for (String expected :
        List.of(
            "/links/0/codec: found \"frames\", expected one of [\"raw\",\"lines\",\"json-lines\"] (How",
            "/links/0/maxMessageBytes: found 0, expected a value of type integer from 1 to 10737",
            "/links/1/reply: unknown key, accepted are [type, name, codec",
            "/links/2/send: found \"\", expected a value of type string of length at least 1 (Mess",
            "/links/3: found 5, expected a value of type object",
            "/links/4/type: missing, expected one of [\"pipe\"")) {
      assertTrue(e.contains(expected), expected + " in " + e);
    }
    assertEquals(7, e.lines().count(), e);
  }

  @Test
  void allErrorsAtOnceWithPathFoundAndAccepted() {
    String e =
        error(
            """
            {"bus": {"name": "a b", "transport": "tcp", "exprts": [], "ringBytes": "1",
                     "idle": {"spinMicros": -1, "x": 2}, "exports": [1, ""],
                     "sysv": {"key": "ftok:/srv:256", "mode": "0666"},
                     "mqueue": {"priorities": {"a": 32768, "b": 7}}}, "foo": 1}
            """);
    for (String expected :
        List.of(
            "/bus/name: found \"a b\", expected a value of type string like ",
            "/bus/transport: found \"tcp\", expected one of [\"shm\",\"sysv\"",
            "/bus/exprts: unknown key, accepted are [name, node, transport",
            "/bus/ringBytes: found \"1\", expected one of [4096,8192",
            "/bus/idle/spinMicros: found -1, expected a value of type integer from 0 to 1000000",
            "/bus/idle/x: unknown key, accepted are [strategy, spinMicros, intervalMicros]",
            "/bus/exports/0: found 1, expected a value of type string",
            "/bus/exports/1: found \"\", expected a value of type string of length at least 1",
            "/bus/sysv/key: found \"ftok:/srv:256\", expected a value of type integer or string",
            "/bus/sysv/mode: found \"0666\", expected a value of type string like ",
            "/bus/mqueue/priorities/a: found 32768, expected a value of type integer from 0 to",
            "/foo: unknown key, accepted are [$schema, bus, links]")) {
      assertTrue(e.contains(expected), expected + " in " + e);
    }
    assertEquals(13, e.lines().count(), e);
  }

  @Test
  void aKeyOrAValueMayBeLongAndHaveAnyCharacters() {
    String key = "x".repeat(20_000) + "~/#%41";
    String e = error(new JsonObject().put("bus", new JsonObject().put(key, 1)).encode());
    assertTrue(e.contains("unknown key, accepted are [name"), e.substring(0, 200));
    String name = "a.".repeat(20_000) + "*";
    e = refused(new BusOptions().setName(name).addSerializable(name + "!"));
    assertTrue(e.contains("/bus/name: found \"a.a."), e.substring(0, 200));
    assertTrue(e.contains("/bus/serializable/0: found \"a.a."), e.substring(0, 200));
  }

  @ParameterizedTest
  @CsvSource({
    // address, whether it may be an export, an import
    "orders, true, true",
    "orders.new, true, true",
    "größe €, true, true",
    ".., true, true",
    "_vertx.x, true, true",
    "orders.*, false, true",
    "a.b.*, false, true",
    "a..*, false, true",
    "*, false, true",
    "orders*, false, false",
    "*.orders, false, false",
    "a.*.b, false, false",
    "a.*.*, false, false",
    "**, false, false",
    ".*, false, false",
    "'', false, false",
    "__vertx.reply.1, false, false",
    "__vertx.*, false, false",
    "__vertx*, false, false",
  })
  void whatMeansNothingIsNoAddress(String address, boolean exported, boolean imported)
      throws Exception {
    JsonObject exports = new JsonObject().put("name", "ok").put("exports", List.of("ok", address));
    JsonObject imports = new JsonObject().put("name", "ok").put("imports", List.of("ok", address));
    checkAddress("/bus/exports/1", exports, exported, "exports are exact addresses, without *");
    checkAddress(
        "/bus/imports/1",
        imports,
        imported,
        "an exact address, a prefix followed by .*, or * alone");
    Vertx vertx = Vertx.vertx();
    try {
      BusOptions code = new BusOptions().setName("ok").addExport("ok").addImport("ok");
      IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().setBus(code));
      for (Consumer<String> call :
          List.<Consumer<String>>of(
              bridge::export,
              bridge::withdraw,
              bridge::awaitExport,
              a -> bridge.awaitExport(a, 1, TimeUnit.HOURS),
              bridge::sender,
              bridge::publisher)) {
        if (exported) {
          call.accept(address);
        } else {
          assertThrows(IllegalArgumentException.class, () -> call.accept(address));
        }
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    if (!exported) {
      String e = refused(new BusOptions().setName("ok").addExport("ok").addExport(address));
      assertTrue(e.contains("/bus/exports/1: found"), e);
    }
    if (!imported) {
      String e = refused(new BusOptions().setName("ok").addImport("ok").addImport(address));
      assertTrue(e.contains("/bus/imports/1: found"), e);
    }
  }

  private static void checkAddress(String path, JsonObject bus, boolean accepted, String expected) {
    String json = new JsonObject().put("bus", bus).encode();
    if (accepted) {
      new IpcBridgeOptions(new JsonObject(json));
      return;
    }
    String e = error(json);
    assertTrue(e.contains(path + ": found \""), e);
    assertTrue(e.contains("(" + expected), e);
    assertEquals(2, e.lines().count(), e);
  }

  @Test
  void allWrongAddressesAreNamedAtOnce() {
    String e =
        error(
            """
            {"bus": {"name": "ok", "exports": ["a.*", "b", "__vertx.c"],
                     "imports": ["a", "a*", "*", "a.*.b", "**"], "transport": "tcp"}}
            """);
    for (String expected :
        List.of(
            "/bus/exports/0: found \"a.*\"",
            "/bus/exports/2: found \"__vertx.c\"",
            "/bus/imports/1: found \"a*\"",
            "/bus/imports/3: found \"a.*.b\"",
            "/bus/imports/4: found \"**\"",
            "/bus/transport: found \"tcp\"")) {
      assertTrue(e.contains(expected), expected + " in " + e);
    }
    assertEquals(7, e.lines().count(), e);
  }

  @Test
  void aMissingKeyIsNamed() {
    assertTrue(error("{}").contains("/bus: missing, expected a value of type object"));
    assertTrue(error("{\"bus\": {}}").contains("/bus/name: missing, expected a value of type"));
  }

  @Test
  void optionsSetInCodeAreCheckedToo() {
    String e = refused(new BusOptions().setName("ok").setRingBytes(5000));
    assertTrue(e.contains("/bus/ringBytes: found 5000"), e);
  }

  @Test
  void accessSaysWhoMayTakePart() {
    BusOptions group = new BusOptions().setName("ok").setGroup("staff");
    String e = refused(group);
    assertTrue(e.contains("/bus/mode: found \"0600\", expected \"0660\" with a group"), e);
    e = refused(new BusOptions().setName("ok").setMode("0660"));
    assertTrue(e.contains("/bus/group: missing, mode \"0660\" needs it"), e);
    e = refused(group.setMode("0660").setTransport("anonymous"));
    assertTrue(e.contains("/bus/transport: found \"anonymous\", which no other user"), e);
    e =
        refused(
            new BusOptions().setName("ok").setMode("0666").setGroup("no such").setTransport("tcp"));
    assertTrue(e.contains("/bus/mode: found \"0666\", expected a value of type string like"), e);
    assertTrue(e.contains("/bus/group: found \"no such\", expected a value of type string"), e);
    e = refused(new BusOptions().setName("ok").addSerializable("*"));
    assertTrue(e.contains("/bus/serializable/0: found \"*\", expected a value of type"), e);
  }

  private static String refused(BusOptions bus) {
    Vertx vertx = Vertx.vertx();
    try {
      IpcBridgeOptions options = new IpcBridgeOptions().setBus(bus);
      return assertThrows(IllegalArgumentException.class, () -> IpcBridge.create(vertx, options))
          .getMessage();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
