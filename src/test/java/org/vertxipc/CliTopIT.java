package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Tests {@code top} of the built tool in a real pseudo-terminal. */
@OnOneJdk
class CliTopIT extends CliShell {
  private static final String ESCAPE = "\u001b[";
  // A screen is written from its first line on, each line after a jump to its beginning.
  private static final String FIRST_LINE = ESCAPE + "1;1H";
  private static final Pattern LINE = Pattern.compile("\u001b\\[\\d+;1H");
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");
  private static final String LEFT = ESCAPE + "?1049l";

  private final List<Vertx> nodes = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (Vertx vertx : nodes) {
      Await.get(vertx.close());
    }
  }

  private Vertx join(String node, BusOptions options) throws Exception {
    return join(bus, node, options);
  }

  private Vertx join(String bus, String node, BusOptions options) throws Exception {
    Vertx vertx = Vertx.vertx();
    nodes.add(vertx);
    options.setName(bus).setNode(node).setDirectory(directory().toString());
    Await.get(IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options)).start());
    return vertx;
  }

  /** Starts a command in a terminal of its own. */
  private Process inTerminal(String name, int rows, int columns, String command)
      throws InterruptedException, IOException {
    assumeTrue(Processes.runs("python3", "--version"), "needs python3");
    String size = rows + " " + columns;
    String python = "exec python3 src/test/python/in_terminal.py " + size + " sh -c ";
    return shell(name, python + "'TERM=xterm-256color exec " + command + "'");
  }

  private static void tell(Process terminal, String what) throws IOException {
    terminal.getOutputStream().write((what + "\n").getBytes(StandardCharsets.UTF_8));
    terminal.getOutputStream().flush();
  }

  private static void type(Process terminal, String keys) throws IOException {
    tell(terminal, "type " + HexFormat.of().formatHex(keys.getBytes(StandardCharsets.UTF_8)));
  }

  /** The lines of the last screen that was written as a whole; none before that. */
  private List<String> screen(String name) {
    String[] screens = text(name + ".out").split(Pattern.quote(FIRST_LINE), -1);
    // The first is what comes before, and the last may not have been written to its end.
    if (screens.length < 3) {
      return List.of();
    }
    return Arrays.stream(LINE.split(screens[screens.length - 2], -1))
        .map(line -> SEQUENCE.matcher(line).replaceAll(""))
        .toList();
  }

  private String row(String name, String node) {
    return screen(name).stream()
        .filter(line -> line.startsWith(node + " "))
        .map(line -> line.strip().replaceAll(" +", " "))
        .findFirst()
        .orElse("");
  }

  private boolean isBefore(String name, String first, String second) {
    List<String> lines = screen(name);
    String both = String.join("\n", lines);
    return both.contains("\n" + first + " ")
        && both.indexOf("\n" + first + " ") < both.indexOf("\n" + second + " ");
  }

  private void assertLeft(String name, int code) {
    assertEquals("exit " + code + ", settings as before\n", text(name + ".err"));
    // Lines are no longer cut, there is a cursor, and what was on the screen before is back.
    assertFalse(afterwards(name).contains("NODE"), afterwards(name));
    assertTrue(text(name + ".out").contains(ESCAPE + "?25h" + LEFT), afterwards(name));
  }

  /** What is written when the screen is as it was before. */
  private String afterwards(String name) {
    return text(name + ".out").substring(text(name + ".out").lastIndexOf(LEFT));
  }

  @Test
  void theNodesAreShown() throws Exception {
    Vertx quiet = join("a-quiet", new BusOptions().addExport("news"));
    quiet.eventBus().consumer("news", message -> {});
    Vertx busy = join("b-busy", new BusOptions().addImport("news"));
    busy.setPeriodic(5, each -> busy.eventBus().publish("news", "something"));
    Process top = inTerminal("top", 30, 200, "$CLI top $DIR $BUS");
    String running =
        " alive \\d+ shm [^-]+ 1 (%s) (%s) %s 0 [0-9.k]+ 0"
            .formatted("[0-9.]*[1-9][0-9.]*", "0", "[0-9.k]*[1-9][0-9.k]* [0-9.k]+");
    Await.until("traffic", () -> row("top", "b-busy").matches("b-busy" + running));
    assertTrue(screen("top").get(0).startsWith(bus + ": 2 alive, 0 dead"), screen("top").get(0));
    assertTrue(isBefore("top", "a-quiet", "b-busy"));

    type(top, "o");
    Await.until("sorted", () -> isBefore("top", "b-busy", "a-quiet"));
    type(top, "r");
    Await.until("reversed", () -> isBefore("top", "a-quiet", "b-busy"));
    type(top, "<>h");
    Await.until("sorted by the same", () -> screen("top").get(0).contains("by OUT/s, descending"));
    Await.until("hints are hidden", () -> !String.join("", screen("top")).contains("q quit"));

    tell(top, "resize 4 40");
    Await.until("smaller", () -> screen("top").size() == 4);
    List<String> small = screen("top");
    assertTrue(small.stream().allMatch(line -> line.length() <= 40), String.join("\n", small));
    assertTrue(small.get(0).startsWith(bus + ": 2 alive, 0 dead"), small.get(0));
    assertTrue(small.get(3).startsWith("b-busy"), small.get(3));
    // Down by one node.
    type(top, "\u001b[B");
    Await.until("scrolled", () -> screen("top").get(3).startsWith("a-quiet"));

    while (!nodes.isEmpty()) {
      Await.get(nodes.remove(0).close());
    }
    Await.until("gone", () -> screen("top").get(2).startsWith("no node is on this bus now"));
    join("c-next", new BusOptions());
    Await.until("back", () -> !row("top", "c-next").isEmpty());
    type(top, "q");
    assertEquals(0, exit(top));
    assertLeft("top", 0);
    assertFalse(text("top.out").contains("WARNING"), "of native code, for instance");
  }

  @Test
  void theTerminalComesBack() throws Exception {
    join("node", new BusOptions());
    Path dead = Files.createDirectories(directory().resolve(bus).resolve(".dead"));
    writeLosses(dead.resolve("three"));
    // They run at the same time, because most of their time goes into starting.
    String[] names = {"typed", "interrupted", "terminated", "hung-up", "stopped", "failed"};
    List<Process> all = new ArrayList<>();
    // What asks one of them for the size fails once, when the test wants it to.
    Files.createDirectory(temp.resolve("bin"));
    Path stty = temp.resolve("bin/stty");
    String fails =
        "#!/bin/sh\nrm %s/fails 2>/dev/null && exit 1\nPATH=${PATH#*:} exec stty \"$@\"\n";
    Files.writeString(stty, fails.formatted(temp));
    assertTrue(stty.toFile().setExecutable(true));
    for (String name : names) {
      String path = name.equals("failed") ? "PATH=$TEMP/bin:$PATH " : "";
      String plain = name.equals("typed") ? "NO_COLOR=1 " : "";
      // There is no other bus.
      all.add(inTerminal(name, 20, 80, "env " + path + plain + "$CLI top $DIR"));
    }
    for (String name : names) {
      Await.until(name, () -> !row(name, "node").isEmpty());
      assertEquals("three dead - - - - - 1,234 - -", row(name, "three"));
    }
    type(all.get(0), "\u0003");
    tell(all.get(1), "signal 2");
    tell(all.get(2), "signal 15");
    tell(all.get(3), "signal 1");
    // Ctrl-Z has no effect where nobody can continue it.
    type(all.get(4), "\u001aq");
    Files.createFile(temp.resolve("fails"));
    tell(all.get(5), "resize 30 90");
    int[] codes = {130, 130, 143, 129, 0, 1};
    for (int i = 0; i < names.length; i++) {
      assertTrue(all.get(i).waitFor(80, TimeUnit.SECONDS), names[i] + " ends");
      assertEquals(0, all.get(i).exitValue(), names[i]);
      assertLeft(names[i], codes[i]);
    }
    assertTrue(afterwards("failed").contains(": the terminal's size: "), afterwards("failed"));
    // Colours: that of the dead, and that of losses.
    assertTrue(text("failed.out").contains(ESCAPE + "31m"), text("failed.out"));
    assertTrue(text("failed.out").contains(ESCAPE + "33m"), text("failed.out"));
    assertFalse(Pattern.compile("\u001b\\[[0-9;]*3[0-7]m").matcher(text("typed.out")).find());
  }

  @Test
  void mistakesAreSaid() throws Exception {
    join("node", new BusOptions());
    join(bus + "-2", "node", new BusOptions());
    Process piped = shell("piped", "$CLI top $BUS $DIR");
    Process unread = shell("unread", "$CLI top $BUS $DIR < /dev/null > /dev/null");
    Process missing = inTerminal("missing", 20, 80, "$CLI top nobody $DIR");
    Process dumb = inTerminal("dumb", 20, 80, "env TERM=dumb $CLI top $BUS $DIR");
    Process several = inTerminal("several", 40, 80, "$CLI top $DIR");
    Process bare = inTerminal("bare", 20, 80, "env PATH=$TEMP $CLI top $BUS $DIR");
    String loaded = SOON + " -Xlog:class+load:file=$TEMP/loaded -jar " + JAR;
    Process others = shell("others", loaded + " stat $BUS $DIR");
    Process help = shell("help", "$CLI --help");
    for (String name : List.of("piped", "unread")) {
      assertEquals(2, exit(name.equals("piped") ? piped : unread));
      assertTrue(text(name + ".err").contains("'stat BUS --watch SECONDS'"), text(name + ".err"));
      assertEquals("", text(name + ".out"));
    }
    assertEquals(0, exit(missing));
    assertEquals("exit 1, settings as before\n", text("missing.err"));
    assertTrue(text("missing.out").contains("no bus 'nobody' is there"), text("missing.out"));
    assertEquals(0, exit(dumb));
    assertEquals("exit 1, settings as before\n", text("dumb.err"));
    assertTrue(text("dumb.out").contains("(dumb) can't move its cursor"), text("dumb.out"));
    assertEquals(0, exit(several));
    assertEquals("exit 2, settings as before\n", text("several.err"));
    String both = bus + ", " + bus + "-2";
    assertTrue(text("several.out").contains("there are several: " + both), text("several.out"));
    assertEquals(0, exit(bare));
    assertEquals("exit 1, settings as before\n", text("bare.err"));
    assertTrue(text("bare.out").contains("the commands tty and stty"), text("bare.out"));
    assertEquals(0, exit(others));
    assertTrue(text("loaded").contains("org.vertxipc.cli.StatCommand"));
    assertFalse(text("loaded").contains("org.jline"), "costs the others time");
    assertEquals(0, exit(help));
    assertTrue(text("help.out").contains("top"), text("help.out"));
  }
}
