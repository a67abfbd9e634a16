package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.options.IpcTransportOptions;

/** What is wrong with the configuration of a transport is said at once, wherever it is given. */
class TransportConfigTest {
  private static final String DEFAULTS = new IpcTransportOptions().toJson().encode();

  private static String error(String json) {
    return assertThrows(
            IllegalArgumentException.class, () -> new IpcTransportOptions(new JsonObject(json)))
        .getMessage();
  }

  private static String refused(IpcTransportOptions options) {
    return assertThrows(IllegalArgumentException.class, () -> IpcTransport.create(options))
        .getMessage();
  }

  @Test
  void allErrorsAtOnceWithPathFoundAndAccepted() {
    String e =
        error(
            """
            {"name": "a b", "directory": "here", "mode": "0666", "group": "no such", "ringBytes": 5000,
             "maxMessageBytes": "1", "require": "yes", "idle": {"spinMicros": -1, "x": 2}, "bus": {}}
            """);
    for (String expected :
        List.of(
            "/name: found \"a b\", expected a value of type string like ",
            "/directory: found \"here\", expected a value of type string like ^/",
            "/mode: found \"0666\", expected a value of type string like ",
            "/group: found \"no such\", expected a value of type string like ",
            "/ringBytes: found 5000, expected one of [4096,8192",
            "/maxMessageBytes: found \"1\", expected a value of type integer from 1024 to 2147483647",
            "/require: found \"yes\", expected a value of type boolean",
            "/idle/spinMicros: found -1, expected a value of type integer from 0 to 1000000",
            "/idle/x: unknown key, accepted are [strategy, spinMicros, intervalMicros]",
            "/bus: unknown key, accepted are [name, directory, mode, group, ringBytes")) {
      assertTrue(e.contains("\n  " + expected), expected + " in " + e);
    }
    assertEquals(11, e.lines().count(), e);
  }

  @Test
  void optionsSetInCodeAreCheckedToo() {
    String e = refused(new IpcTransportOptions().setRingBytes(5000).setMaxMessageBytes(1));
    assertTrue(e.contains("\n  /ringBytes: found 5000"), e);
    assertTrue(e.contains("\n  /maxMessageBytes: found 1, expected"), e);
    assertThrows(NullPointerException.class, () -> new IpcTransportOptions().setIdle(null));
  }

  @Test
  void groupAndModeNeedEachOther() {
    String e = error("{\"group\": \"staff\"}");
    assertTrue(e.contains("\n  /mode: found \"0600\", expected \"0660\" with a group"), e);
    assertEquals(e, refused(new IpcTransportOptions().setGroup("staff")));
    e = error("{\"mode\": \"0660\"}");
    assertTrue(e.contains("\n  /group: missing, mode \"0660\" needs it"), e);
    assertEquals(e, refused(new IpcTransportOptions().setMode("0660")));
    JsonObject both = new JsonObject().put("group", "staff").put("mode", "0660");
    assertEquals("staff", new IpcTransportOptions(both).getGroup());
  }

  @Test
  void aCopyHasAllAndIsAnother() {
    IpcTransportOptions options =
        new IpcTransportOptions().setName("a").setDirectory("/d").setRequire(true);
    IpcTransportOptions copy = new IpcTransportOptions(options);
    assertEquals(options.toJson(), copy.toJson());
    copy.getIdle().setStrategy("spin");
    assertEquals("park", options.getIdle().getStrategy());
  }

  @ParameterizedTest
  @CsvSource({
    // property, variable, name of the bus if it is on
    ", , ",
    "false, true, ",
    "'', true, ",
    "' ', , ",
    ", false, ",
    "true, false, cluster",
    ", true, cluster",
    "'{\"name\": \"a\"}', '{\"name\": \"b\"}', a",
    ", ' {\"name\": \"b\"}', b",
  })
  void thePropertyComesBeforeTheVariable(String property, String variable, String name) {
    assertEquals(
        Optional.ofNullable(name),
        IpcTransportProvider.TRANSPORT.of(property, variable).map(IpcTransportOptions::getName));
  }

  /** Vert.x would put NIO in the place of the whole transport, rings included. */
  @Test
  void whatWasChosenAndIsNotThereIsReplaced() {
    Transport nio = io.vertx.core.transport.Transport.NIO.implementation();
    Transport missing =
        (Transport)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Transport.class},
                (proxy, method, args) ->
                    method.getName().equals("isAvailable") ? false : method.invoke(nio, args));
    assertTrue(IpcTransportProvider.over(missing, new IpcTransportOptions()).isAvailable());
  }

  @Test
  void trueMeansDefaults() {
    assertEquals(
        DEFAULTS, IpcTransportProvider.TRANSPORT.of("true", null).orElseThrow().toJson().encode());
  }

  @Test
  void optionsMayBeInAFile(@TempDir Path temp) throws Exception {
    Path file = Files.writeString(temp.resolve("lane.json"), "{\"ringBytes\": 65536}");
    IpcTransportOptions options =
        IpcTransportProvider.TRANSPORT.of(null, file.toString()).orElseThrow();
    assertEquals(65536, options.getRingBytes());
    String missing = temp.resolve("none").toString();
    assertEquals(
        "The variable VERTXIPC_TRANSPORT is \""
            + missing
            + "\", expected true, false, JSON, or a readable file",
        wrong(null, missing));
  }

  @Test
  void whatIsWrongNamesWhereItWasGiven() {
    String e = wrong("{\"ringBytes\": 1, \"nam\": 2}", null);
    assertTrue(e.startsWith("The system property vertxipc.transport is wrong: Invalid vertx-"), e);
    assertTrue(e.contains("\n  /ringBytes: found 1"), e);
    assertTrue(e.contains("\n  /nam: unknown key"), e);
    e = wrong(null, "{\"name\"");
    assertTrue(e.startsWith("The variable VERTXIPC_TRANSPORT is wrong: "), e);
    e = wrong("yes", "true");
    assertTrue(e.contains("is \"yes\", expected true, false, JSON, or a readable file"), e);
  }

  private static String wrong(String property, String variable) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> IpcTransportProvider.TRANSPORT.of(property, variable))
        .getMessage();
  }
}
