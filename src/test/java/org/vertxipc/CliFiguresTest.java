package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what the tool computes of counters, and how it lays it out. */
class CliFiguresTest {
  private final URLClassLoader tool;

  CliFiguresTest() throws IOException {
    // The tool's classes are in its own jar only.
    URL classes = Path.of("target/cli-classes/").toUri().toURL();
    tool = new URLClassLoader(new URL[] {classes}, CliFiguresTest.class.getClassLoader());
  }

  @AfterEach
  void close() throws IOException {
    tool.close();
  }

  private static IpcBusState.Count count(String name, long value) {
    return new IpcBusState.Count(name, Map.of("peer", "p"), false, value);
  }

  private static IpcBusState.Count level(String name, long value) {
    return new IpcBusState.Count(name, Map.of("peer", "p"), true, value);
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
    IpcBusState.Node before = node(1, 10_000, level("exports", 1), count("peer.bytes.sent", 900));
    IpcBusState.Node now =
        node(
            1,
            11_000,
            level("exports", 2),
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
    assertEquals("0", text("compact", double.class, 0.0));
    assertEquals("0.3", text("compact", double.class, 0.25));
    assertEquals("99.9", text("compact", double.class, 99.94));
    assertEquals("999", text("compact", double.class, 999.0));
    assertEquals("1.0k", text("compact", double.class, 999.5));
    assertEquals("12.3k", text("compact", double.class, 12_345.6));
    assertEquals("123M", text("compact", double.class, 123_456_789.0));
    assertEquals("1.0G", text("compact", double.class, 999_900_000.0));
    assertEquals("64 MiB", text("mebibytes", long.class, 64L << 20));
  }

  /** What a check of the doctor says of values that this machine need not have. */
  private String found(String checks, String check, Object... values)
      throws ReflectiveOperationException {
    for (Method method : tool.loadClass("org.vertxipc.cli." + checks).getDeclaredMethods()) {
      if (method.getName().equals(check) && method.getParameterCount() == values.length) {
        method.setAccessible(true);
        return method.invoke(null, values).toString();
      }
    }
    throw new NoSuchMethodException(check);
  }

  /** What is said of a look that fails. */
  private String tried(Callable<?> failing) throws ReflectiveOperationException {
    Class<?> look = tool.loadClass("org.vertxipc.cli.HostChecks$Look");
    Object fails =
        Proxy.newProxyInstance(tool, new Class<?>[] {look}, (self, method, none) -> failing.call());
    return found("HostChecks", "tried", "check", fails);
  }

  private void says(String expected, String found) {
    assertTrue(found.contains(expected), found);
  }

  @Test
  void theDoctorKnowsWhatIsNotEnough() throws Exception {
    long mebibyte = 1 << 20;
    String host = "HostChecks";
    Path shm = Path.of("/dev/shm");
    says("level=FAIL", found(host, "kernel", "Darwin", "1"));
    says("level=FAIL", found(host, "room", "m", shm, 64 * mebibyte, mebibyte));
    says("level=WARN", found(host, "room", "m", shm, 64 * mebibyte, 60 * mebibyte));
    says("level=WARN", found(host, "room", "m", shm, 900 * mebibyte, 60 * mebibyte));
    says("level=OK", found(host, "room", "m", shm, 900 * mebibyte, 800 * mebibyte));
    // As docs/operations.md reckons: nine queues, three nodes.
    says("enough for 3 nodes", found(host, "queues", 10L, 8192L, 256L, 819_200L));
    says("level=OK", found(host, "queues", 10L, 8192L, 256L, Long.MAX_VALUE));
    says("level=WARN", found(host, "queues", 10L, 8192L, 256L, 100_000L));
    says("level=WARN", found(host, "queues", 1L, 8192L, 256L, 819_200L));
    says("level=WARN", found(host, "descriptors", 1_023L));
    says("level=OK", found(host, "descriptors", 1_024L));
    says("level=WARN", found(host, "pipes", 1L));
    says("level=OK", found(host, "pipes", 0L));
    String limits = "Limit          Soft Limit  Hard Limit  Units\n%s  %s  unlimited  bytes\n";
    assertEquals(
        "7", found(host, "limit", limits.formatted("Max open files", "7"), "Max open files"));
    assertEquals(
        Long.toString(Long.MAX_VALUE),
        found(host, "limit", limits.formatted("Max open files", "unlimited"), "Max open files"));
    Path none = Path.of("/none");
    says("not known here: ", tried(() -> Files.readString(none)));
    says("not known here: ", tried(() -> Long.toString(Long.parseLong("x"))));
    says("level=WARN", found("JvmChecks", "jvm", 24, false, List.of()));
    says("level=OK", found("JvmChecks", "jvm", 24, true, List.of()));
    says("level=OK", found("JvmChecks", "jvm", 17, true, List.of("-Xmx1g")));
    says("not available: no", found("JvmChecks", "epoll", new IOException("no")));
    says("level=WARN", found("JvmChecks", "locale", "ANSI_X3.4-1968"));
  }
}
