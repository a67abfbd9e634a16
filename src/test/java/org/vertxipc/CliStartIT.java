package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;
import org.vertxipc.testing.OtherUsers;

/** Tests the distribution: its start script, the archive of classes, and completion in bash. */
class CliStartIT extends CliShell {
  private static final String DIST = System.getProperty("vertxipc.cli.dist");
  private static final String ARCHIVED = "org.vertxipc.cli.RequestCommand source: shared objects";
  private static final String REQUEST = "$TEMP/vertx-ipc request $BUS echo $DIR 1";
  private static final String CACHE = "XDG_CACHE_HOME=$TEMP/cache ";

  private final Vertx vertx = Vertx.vertx();

  @BeforeEach
  void start() throws Exception {
    BusOptions options = new BusOptions().addExport("echo");
    options.setName(bus).setNode("tests").setDirectory(directory().toString());
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    Await.get(IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options)).start());
    // It is found over links, as those that a user makes in a directory of the PATH.
    String links = "mv $TEMP/vertx-ipc-cli-* $TEMP/dist && ln -s dist/bin $TEMP/b";
    String unpack = "tar xzf " + DIST + " -C $TEMP && " + links + " && cd $TEMP && ";
    assertEquals(0, exit(shell("tar", unpack + "ln -s b/vertx-ipc vertx-ipc")), text("tar.err"));
  }

  @AfterEach
  void close() throws Exception {
    Await.get(vertx.close());
  }

  private List<Path> archives(String cache) {
    Path directory = temp.resolve(cache).resolve("vertx-ipc");
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a request; it must print its reply, and nothing else. Returns which classes it loaded. */
  private String request(String name, String environment) throws Exception {
    String log = " VERTX_IPC_OPTS=-Xlog:class+load:file=$TEMP/" + name + ".load ";
    assertEquals(0, exit(shell(name, environment + log + REQUEST)), text(name + ".err"));
    assertEquals("1\n", text(name + ".out"));
    assertEquals("", text(name + ".err"));
    return text(name + ".load");
  }

  @Test
  void theSecondRunUsesTheArchiveOfTheFirst() throws Exception {
    // Two first runs at once.
    Process other = shell("other", CACHE + REQUEST);
    assertFalse(request("first", CACHE).contains(ARCHIVED));
    assertEquals(0, exit(other), text("other.err"));
    assertEquals("1\n", text("other.out"));
    Await.until(
        "the archive is there, and nothing else",
        () -> archives("cache").size() == 1 && archives("cache").get(0).toString().endsWith("jsa"));
    Path archive = archives("cache").get(0);
    assertEquals("rwx------", permissions(archive.getParent()));
    assertTrue(permissions(archive).endsWith("------"), permissions(archive));
    assertTrue(request("second", CACHE).contains(ARCHIVED));

    byte[] good = Files.readAllBytes(archive);
    damage(archive, new byte[good.length]);
    assertFalse(request("zeros", CACHE).contains(ARCHIVED));
    byte[] bad = good.clone();
    Arrays.fill(bad, bad.length / 2, bad.length / 2 + 100_000, (byte) 'x');
    damage(archive, bad);
    request("middle", CACHE);
    damage(archive, Arrays.copyOf(good, 5_000));
    assertFalse(request("short", CACHE).contains(ARCHIVED));
    // Another one was made meanwhile, because the name of this one tells that it is too short.
    Await.until("it is replaced", () -> archives("cache").size() == 1 && longest() > 5_000);
    assertTrue(request("again", CACHE).contains(ARCHIVED));
    // What others may write is no archive.
    assertEquals(0, exit(shell("chmod", "chmod o+w $TEMP/cache/vertx-ipc/*.jsa")));
    assertFalse(request("others", CACHE).contains(ARCHIVED));
    Await.until("it is replaced", () -> archives("cache").size() == 1 && !othersMayWrite());
  }

  private boolean othersMayWrite() {
    try {
      return permissions(archives("cache").get(0)).charAt(7) == 'w';
    } catch (IOException e) {
      return true; // It is being replaced.
    }
  }

  private long longest() {
    return archives("cache").get(0).toFile().length();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void damage(Path archive, byte[] bytes) throws IOException {
    Path other = archive.resolveSibling("other");
    Files.write(other, bytes);
    Files.setPosixFilePermissions(other, Files.getPosixFilePermissions(archive));
    Files.move(other, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aCacheThatCannotBeUsedIsLeftAlone() throws Exception {
    // Without its capabilities, the superuser is kept out like any other user.
    String drop = OtherUsers.canBe() ? "setpriv --bounding-set=-all --inh-caps=-all " : "";
    String caches = "mkdir -p $TEMP/ro/vertx-ipc $TEMP/open/vertx-ipc $TEMP/nowhere";
    String modes = " && chmod 500 $TEMP/ro/vertx-ipc $TEMP/nowhere && chmod 777 $TEMP/open/*";
    assertEquals(0, exit(shell("mkdir", caches + modes)), text("mkdir.err"));
    Map<String, Process> runs = new HashMap<>();
    for (String cache : List.of("ro", "open", "nowhere")) {
      // A run that could make an archive would make it before anything else.
      String now = "XDG_CACHE_HOME=$TEMP/" + cache + " VERTX_IPC_ARCHIVE=now ";
      runs.put(cache, shell(cache, now + drop + REQUEST));
    }
    for (Map.Entry<String, Process> run : runs.entrySet()) {
      String cache = run.getKey();
      assertEquals(0, exit(run.getValue()), text(cache + ".err"));
      assertEquals("1\n", text(cache + ".out"));
      assertEquals("", text(cache + ".err"));
      assertEquals(List.of(), archives(cache));
    }
    assertEquals(0, exit(shell("nohome", "env -u HOME -u XDG_CACHE_HOME " + REQUEST)));
    assertEquals("1\n", text("nohome.out"));
    assertEquals(1, exit(shell("java", "JAVA_HOME=$TEMP " + REQUEST)));
    assertTrue(text("java.err").contains("JAVA_HOME is " + temp), text("java.err"));
    assertEquals(1, exit(shell("word", "VERTX_IPC_ARCHIVE=on " + REQUEST)));
    assertTrue(text("word.err").contains("'on', expected auto, now or off"), text("word.err"));
    assertEquals(0, exit(shell("name", "VERTX_IPC_ARCHIVE=off $TEMP/vertx-ipc clean --help")));
    assertTrue(text("name.out").contains("Usage: vertx-ipc clean"), text("name.out"));
  }

  @Test
  void whatRunsLongGetsTheJvmsDefaults() throws Exception {
    String flags = "VERTX_IPC_ARCHIVE=off VERTX_IPC_OPTS=-XX:+PrintCommandLineFlags ";
    Map<String, Process> runs = new HashMap<>();
    for (String command : List.of("send", "run", "tail", "demo")) {
      runs.put(command, shell(command, flags + "$TEMP/vertx-ipc " + command + " --help"));
    }
    for (Map.Entry<String, Process> run : runs.entrySet()) {
      String command = run.getKey();
      assertEquals(0, exit(run.getValue()), text(command + ".err"));
      String said = text(command + ".out");
      assertTrue(said.contains("-XX:+PrintCommandLineFlags"), said);
      assertEquals(command.equals("send"), said.contains("-XX:TieredStopAtLevel=1"), said);
    }
  }

  @Test
  void bashCompletes() throws Exception {
    String complete =
        """
        source $TEMP/dist/completion/vertx-ipc.bash
        t() {
          COMP_WORDS=("$@")
          COMP_CWORD=$(($# - 1))
          COMPREPLY=()
          compopt() { :; }
          "$completer"
          echo "${COMPREPLY[*]}"
        }
        completer=$(complete -p vertx-ipc | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        t vertx-ipc re
        t vertx-ipc request --he
        t vertx-ipc tail --transport m
        t vertx-ipc run conf/min
        t vertx-ipc w
        """;
    assertEquals(0, exit(run("bash", "bash", "-c", complete)), text("bash.err"));
    assertEquals(
        List.of("request", "--help --header", "mqueue mapped", "conf/minimal.json", ""),
        text("bash.out").lines().map(String::strip).toList());
  }
}
