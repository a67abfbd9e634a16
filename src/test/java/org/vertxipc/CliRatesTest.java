package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what the tool computes of counters, and how it lays it out. */
class CliRatesTest {
  private final URLClassLoader tool;

  CliRatesTest() throws IOException {
    // The tool's classes are in its own jar only.
    URL classes = Path.of("target/cli-classes/").toUri().toURL();
    tool = new URLClassLoader(new URL[] {classes}, CliRatesTest.class.getClassLoader());
  }

  @AfterEach
  void close() throws IOException {
    tool.close();
  }

  private static IpcBusState.Count count(String name, long value) {
    return new IpcBusState.Count(name, Map.of("peer", "p"), value);
  }

  private static IpcBusState.Node node(long started, long asOf, IpcBusState.Count... counts) {
    return new IpcBusState.Node("a", true, "shm", 7, started, asOf, List.of(counts), null);
  }

  private List<?> rates(IpcBusState.Node before, long looked, IpcBusState.Node now)
      throws ReflectiveOperationException {
    Method method =
        tool.loadClass("org.vertxipc.cli.Rates")
            .getDeclaredMethod(
                "perSecond", IpcBusState.Node.class, long.class, IpcBusState.Node.class);
    method.setAccessible(true);
    return (List<?>) method.invoke(null, before, looked, now);
  }

  private String text(String method, Class<?> type, Object value)
      throws ReflectiveOperationException {
    Method found = tool.loadClass("org.vertxipc.cli.Text").getDeclaredMethod(method, type);
    found.setAccessible(true);
    return (String) found.invoke(null, value);
  }

  @Test
  void aRateIsOfTheTimeBetweenTwoWritings() throws Exception {
    IpcBusState.Node before = node(1, 10_000, count("messages.sent", 100));
    // It was looked at every 2 s, and had written what was seen 0.5 s apart.
    IpcBusState.Node now = node(1, 10_500, count("messages.sent", 150));
    assertEquals(List.of(100.0), rates(before, 10_100, now));
    // Nothing new was written: it has not counted.
    assertEquals(List.of(0.0), rates(before, 12_100, before));
  }

  @Test
  void aQuietTimeBeforeTheLastLookDoesNotCount() throws Exception {
    IpcBusState.Node before = node(1, 10_000, count("messages.sent", 100));
    IpcBusState.Node now = node(1, 61_000, count("messages.sent", 150));
    // At 60 s its file, at most a second old, still had 100.
    assertEquals(List.of(25.0), rates(before, 60_000, now));
    // It was written just before the last look, and seen after it.
    IpcBusState.Node late = node(1, 59_900, count("messages.sent", 150));
    assertEquals(List.of(50.0), rates(before, 60_000, late));
  }

  @Test
  void whatDoesNotCountHasNoRate() throws Exception {
    IpcBusState.Node before = node(1, 10_000, count("exports", 1), count("peer.bytes.sent", 900));
    IpcBusState.Node now =
        node(
            1,
            11_000,
            count("exports", 2),
            count("peer.bytes.sent", 10),
            count("peer.messages.sent", 3));
    // The peer came back, so that its bytes began anew; its messages were not there before.
    assertEquals(Arrays.asList(null, null, 3.0), rates(before, 10_000, now));
    assertEquals(Arrays.asList(null, null, null), rates(null, 10_000, now));
    IpcBusState.Node successor = node(2, 11_000, count("messages.sent", 5));
    assertEquals(Arrays.asList((Object) null), rates(before, 10_000, successor));
    // The clock was set back.
    IpcBusState.Node earlier = node(1, 9_000, count("peer.messages.sent", 3));
    assertEquals(Arrays.asList((Object) null), rates(before, 10_000, earlier));
  }

  @Test
  void columnsAreAligned() throws Exception {
    Constructor<?> constructor =
        tool.loadClass("org.vertxipc.cli.Table").getDeclaredConstructor(String[].class);
    constructor.setAccessible(true);
    Object table = constructor.newInstance((Object) new String[] {"NODE", "OF", "VALUE"});
    Method row = table.getClass().getDeclaredMethod("row", Object[].class);
    row.setAccessible(true);
    List<Object[]> rows = new ArrayList<>();
    rows.add(new Object[] {"größer", "a", 1_234_567L});
    rows.add(new Object[] {"x\u001b[2J\ny\u202ez", null, 5L});
    for (Object[] cells : rows) {
      row.invoke(table, (Object) cells);
    }
    Method lines = table.getClass().getDeclaredMethod("lines");
    lines.setAccessible(true);
    assertEquals(
        List.of(
            "NODE                      OF      VALUE",
            "größer                    a   1,234,567",
            "x\\u001b[2J\\u000ay\\u202ez  -           5"),
        lines.invoke(table));
  }

  @Test
  void valuesAreReadable() throws Exception {
    assertEquals("0 s", text("duration", long.class, -5L));
    assertEquals("59 s", text("duration", long.class, 59_999L));
    assertEquals("2 min 5 s", text("duration", long.class, 125_000L));
    assertEquals("1 h 1 min", text("duration", long.class, 3_661_000L));
    assertEquals("2 d 3 h", text("duration", long.class, (51 * 60 + 1) * 60_000L));
    assertEquals("0.5", text("rate", double.class, 0.5));
    assertEquals("12,346", text("rate", double.class, 12_345.6));
    assertEquals("64 MiB", text("mebibytes", long.class, 64L << 20));
  }
}
