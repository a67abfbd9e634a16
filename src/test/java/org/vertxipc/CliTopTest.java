package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.testing.OnOneJdk;

/** Tests what {@code top} makes of nodes and of keys, without a terminal. */
@OnOneJdk
class CliTopTest {
  private static final LocalTime TIME = LocalTime.of(14, 2, 31);
  private static final long STARTED = 100_000;
  private static final long NOW = 225_000;

  private final URLClassLoader tool;

  CliTopTest() throws IOException {
    // The tool's classes are in its own jar only.
    URL classes = Path.of("target/cli-classes/").toUri().toURL();
    tool = new URLClassLoader(new URL[] {classes}, CliTopTest.class.getClassLoader());
  }

  @AfterEach
  void close() throws IOException {
    tool.close();
  }

  private Object call(Object target, String type, String name, Object... arguments) {
    try {
      for (Method method : tool.loadClass("org.vertxipc.cli." + type).getDeclaredMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
          method.setAccessible(true);
          return method.invoke(target, arguments);
        }
      }
      throw new NoSuchMethodException(name);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private Object make(String type, Object... arguments) {
    try {
      Constructor<?> constructor =
          tool.loadClass("org.vertxipc.cli." + type).getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** A screen on which some nodes are shown, each once seen a second ago. */
  private final class Screen {
    private final Object view;

    Screen(boolean colours, String problem, List<IpcBusState.Node[]> nodes) {
      view = make("TopView", "demo", colours);
      Object before = call(null, "Look", "at", nodes.stream().map(n -> n[0]).toList(), NOW - 1_000);
      call(
          view,
          "TopView",
          "show",
          nodes.stream().map(n -> call(null, "TopRow", "of", n[1], before, NOW)).toList(),
          problem);
    }

    Screen press(int... keys) {
      IntStream.of(keys).forEach(key -> call(view, "TopView", "press", key));
      return this;
    }

    @SuppressWarnings("unchecked")
    List<AttributedString> lines(int width, int height) {
      return (List<AttributedString>) call(view, "TopView", "lines", width, height, TIME);
    }

    List<String> texts(int width, int height) {
      return lines(width, height).stream().map(line -> line.toString().stripTrailing()).toList();
    }

    /** The names of the nodes that are shown. */
    List<String> names() {
      List<String> lines = texts(200, 20);
      int header =
          IntStream.range(0, lines.size()).filter(i -> lines.get(i).startsWith("NODE")).sum();
      return lines.stream().skip(header + 1).map(line -> line.split(" ", 2)[0]).toList();
    }
  }

  private static IpcBusState.Count count(String name, long value, String... peer) {
    boolean level = name.startsWith("peer.queue") || name.startsWith("peer.requests");
    return new IpcBusState.Count(
        name, peer.length == 0 ? Map.of() : Map.of("peer", peer[0]), level, value);
  }

  private static IpcBusState.Node seen(String name, boolean alive, long asOf, long... figures) {
    List<IpcBusState.Count> counters = new ArrayList<>();
    if (figures.length > 0) {
      counters.add(count("messages.sent", figures[0]));
      counters.add(count("messages.received", figures[1]));
      counters.add(count("messages.lost", figures[4]));
      for (String peer : List.of("p", "q")) {
        counters.add(count("peer.messages.sent", 0, peer));
        counters.add(count("peer.bytes.sent", figures[2] / 2, peer));
        counters.add(count("peer.bytes.received", figures[3] / 2, peer));
        counters.add(count("peer.queue.bytes", figures[5] / 2, peer));
        counters.add(count("peer.requests.pending", figures[6] / 2, peer));
      }
    }
    long started = figures.length == 0 ? 0 : STARTED;
    return new IpcBusState.Node(name, alive, "shm", 4_711, started, asOf, counters, null);
  }

  /** A node that was quiet and has counted this within a second. */
  private static IpcBusState.Node[] node(String name, boolean alive, long... figures) {
    return new IpcBusState.Node[] {
      seen(name, alive, NOW - 1_000, figures.length == 0 ? figures : new long[7]),
      seen(name, alive, NOW, figures)
    };
  }

  private static List<IpcBusState.Node[]> some() {
    return List.of(
        node("app", true, 1_234, 2, 200_000, 10_000, 0, 0, 4),
        node("largest", true, 5, 98_765, 100, 20_000_000, 12, 3_000, 0),
        node("old", true),
        node("gone", false, 7, 7, 7, 7, 3, 7, 7));
  }

  @Test
  void theScreen() {
    assertEquals(
        List.of(
            "demo: 3 alive, 1 dead  by NODE, ascending                                14:02:31",
            "out 1.2k/s, 200k B/s  in 98.8k/s, 20.0M B/s  lost 15  waiting 3.0k B  pending 4",
            "q quit  h hide this  Up Down PgUp PgDn Home End scroll  r reverse",
            "< > sort by another column, or by:  n NODE  a STATE  N PID  t TRANSPORT  u UPTIME",
            "p PEERS  o OUT/s  i IN/s  O OUT B/s  I IN B/s  l LOST  w WAITING  d PENDING",
            "(no room for PID, TRANSPORT, UPTIME)",
            "NODE     STATE  PEERS  OUT/s   IN/s  OUT B/s  IN B/s  LOST  WAITING  PENDING",
            "app      alive      2   1.2k      2     200k   10.0k     0        0        4",
            "gone     dead       -      -      -        -       -     3        -        -",
            "largest  alive      2      5  98.8k      100   20.0M    12     3.0k        0",
            "old      alive      -      -      -        -       -     -        -        -"),
        new Screen(false, null, some()).texts(81, 24));
  }

  @Test
  void aWideScreenShowsAllColumns() {
    List<String> lines = new Screen(false, "something is wrong\u001b", some()).texts(300, 9);
    assertEquals("something is wrong\\u001b", lines.get(2));
    assertTrue(
        lines
            .get(4)
            .startsWith("NODE     STATE   PID  TRANSPORT     UPTIME  PEERS  OUT/s   IN/s  OUT B/s"),
        lines.get(4));
    assertTrue(
        lines.get(5).startsWith("app      alive  4711  shm        2 min 5 s      2   1.2k"),
        lines.get(5));
    assertEquals(9, lines.size());
  }

  @ParameterizedTest
  @CsvSource({
    // keys, and the order of the nodes
    "n,  app gone largest old",
    "r,  old largest gone app",
    "nr, old largest gone app",
    "rr, app gone largest old",
    "a,  gone app largest old",
    "ar, app largest old gone",
    "o,  app largest old gone",
    "or, largest app old gone",
    "i,  largest app old gone",
    "O,  app largest old gone",
    "I,  largest app old gone",
    "l,  largest gone app old",
    "lr, app gone largest old",
    "w,  largest app old gone",
    "d,  app largest old gone",
    // Another column begins in its usual order.
    "ora, gone app largest old",
    // Three columns to the right of the name, and back again.
    ">,   gone app largest old",
    ">>>r, app largest old gone",
    "><<, app gone largest old",
    "xyz, app gone largest old",
  })
  void keysSort(String keys, String order) {
    Screen screen = new Screen(false, null, some()).press(keys.chars().toArray());
    assertEquals(List.of(order.split(" ", -1)), screen.names());
  }

  private static List<IpcBusState.Node[]> many(int count, String name) {
    return IntStream.range(0, count)
        .mapToObj(i -> node(name.formatted(i), i % 3 != 0, i, i, i * 1_000_000L, i, i, i * 9L, i))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    // nodes, name, width, height, lines
    "0,    n%03d,              80,  24, 7",
    "0,    n%03d,              20,  5,  3",
    "1,    n%03d,              20,  24, 4",
    "4,    n%03d,              300, 50, 8",
    "1000, n%03d,              20,  24, 24",
    "1000, n%03d,              80,  24, 24",
    "1000, n%03d,              300, 60, 60",
    "1000, n%03d,              80,  1,  1",
    "1000, n%03d,              80,  4,  4",
    "1000, n%03d,              1,   3,  3",
    "1000, 日本語の名前%03d,        20,  24, 24",
    "1000, 日本語の名前がとても長い%03d, 60,  24, 24",
    "1000, ｆüllwidth%03d,     33,  24, 24",
    "1000, \uD83D\uDE80%03d,   47,  24, 24",
    "5,    a-name-that-is-so-long-that-it-takes-more-than-a-whole-line-of-most-screens-%d, 80, 24, 12",
  })
  void everythingFits(int nodes, String name, int width, int height, int lines) {
    for (String keys : List.of("", "u", "N", "O", "h")) {
      Screen screen = new Screen(true, null, many(nodes, name)).press(keys.chars().toArray());
      List<AttributedString> shown = screen.lines(width, height);
      assertTrue(shown.size() <= height, shown.size() + " lines");
      for (AttributedString line : shown) {
        assertTrue(line.columnLength() <= width, line.columnLength() + ": " + line);
      }
      if (keys.isEmpty()) {
        assertEquals(lines, shown.size(), String.join("\n", screen.texts(width, height)));
      }
    }
  }

  @Test
  void columnsBehindWideCharactersStayBelowEachOther() {
    List<IpcBusState.Node[]> nodes =
        List.of(
            node("ascii", true, 1, 1, 1, 1, 1, 1, 1),
            node("größe", true, 1, 1, 1, 1, 1, 1, 1),
            node("日本", true, 1, 1, 1, 1, 1, 1, 1),
            node("とても長い名前のノードです", true, 1, 1, 1, 1, 1, 1, 1));
    int cut = 0;
    for (int width = 20; width < 120; width++) {
      List<AttributedString> lines = new Screen(false, null, nodes).press('h').lines(width, 24);
      assertTrue(lines.get(2).toString().startsWith("NODE "), lines.get(2).toString());
      int at = new AttributedString(lines.get(2).toString().split("STATE", 2)[0]).columnLength();
      for (AttributedString line : lines.subList(3, 7)) {
        assertEquals("alive", line.columnSubSequence(at, at + 5).toString(), line.toString());
      }
      // The sign takes the place of what is cut off. Half of a wide character can't be shown.
      String longest = lines.get(5).toString().split(" ", 2)[0];
      boolean isWhole = longest.equals("とても長い名前のノードです");
      assertTrue(isWhole || longest.matches("とても.*…"), longest);
      cut += isWhole ? 0 : 1;
    }
    assertTrue(cut > 20 && cut < 90, cut + " times");
  }

  @Test
  void aColumnBySortedStaysOnANarrowScreen() {
    Screen screen = new Screen(false, null, many(3, "n%d"));
    assertEquals("NODE  STATE  OUT/s", screen.press('h').texts(20, 9).get(2));
    assertEquals("NODE     UPTIME", screen.press('u').texts(20, 9).get(2));
    assertEquals("n1    2 min 5 s", screen.texts(20, 9).get(3));
  }

  @Test
  void itScrolls() {
    Screen screen = new Screen(false, null, many(1_000, "n%03d")).press('h');
    // Three lines are above the nodes.
    assertEquals("n000", screen.texts(80, 13).get(3).substring(0, 4));
    assertTrue(screen.texts(99, 13).get(0).contains("  nodes 1 to 10  "));
    int down = -3;
    int up = -2;
    int pageDown = -7;
    int end = -9;
    Map<int[], String> cases =
        Map.of(
            new int[] {down, down}, "n002",
            new int[] {down, up, up}, "n000",
            new int[] {pageDown, pageDown, down}, "n021",
            new int[] {end}, "n990",
            new int[] {end, down, down, up}, "n989",
            new int[] {'r', pageDown}, "n989");
    cases.forEach(
        (keys, first) -> {
          Screen each = new Screen(false, null, many(1_000, "n%03d")).press('h');
          each.lines(80, 13);
          assertEquals(first, each.press(keys).texts(80, 13).get(3).substring(0, 4));
        });
    // The screen becomes larger than what is left.
    assertEquals("n960", screen.press(end).texts(80, 43).get(3).substring(0, 4));
  }

  @Test
  void thereAreColoursOnlyIfTheyAreWanted() {
    AttributedString dead = new Screen(true, null, some()).press('h').lines(80, 24).get(4);
    assertTrue(dead.toAnsi().contains("\u001b[31mgone"), dead.toAnsi());
    assertTrue(dead.toAnsi().contains("\u001b[33m"), dead.toAnsi());
    for (AttributedString line : new Screen(false, "wrong", some()).lines(80, 24)) {
      assertFalse(line.toAnsi().matches("(?s).*\u001b\\[[0-9;]*[349][0-7].*"), line.toAnsi());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "71,               113",
    "1b 5b 41,         -2",
    "1b 4f 42,         -3",
    "1b 5b 44,         -4",
    "1b 4f 43,         -5",
    "1b 5b 35 7e,      -6",
    "1b 5b 36 7e,      -7",
    "1b 5b 48,         -8",
    "1b 5b 34 7e,      -9",
    "03,               3",
    // Escape alone, twice, and before a key.
    "1b,               -1",
    "1b 1b 5b 41,      -2",
    "1b 71,            113",
    // One that nobody knows, and one with a modifier; the next key is itself again.
    "1b 5b 31 35 7e,    -1",
    "1b 5b 31 3b 35 41, -1",
    "1b 5b 31 3b 35 41 6f, 111",
    "c3 a4,            -1",
  })
  void keys(String bytes, int key) {
    Object keys = make("TopKeys");
    int last = 0;
    for (String each : bytes.split(" ", -1)) {
      last = (int) call(keys, "TopKeys", "next", Integer.parseInt(each, 16));
    }
    assertEquals(key, last);
  }
}
