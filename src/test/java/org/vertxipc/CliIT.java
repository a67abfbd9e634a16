package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;

/** Tests the built tool, in processes of its own, from a real shell. */
@OnOneJdk
class CliIT extends CliShell {
  @Test
  void demo() throws Exception {
    // Without options it shows fifo and shm, which is the README's main command.
    List<String> transports = new ArrayList<>(BusOptions.TRANSPORTS);
    transports.removeAll(List.of("fifo", "shm"));
    int exit =
        exit(
            shell(
                "demo",
                "$CLI demo --seconds 0.1 --transport " + String.join(" --transport ", transports)));
    String out = text("demo.out");
    assertEquals(0, exit, out + text("demo.err"));
    System.out.println(out);
    assertTrue(out.contains("exactly once and in order, without a socket"), out);
    transports.add("local");
    for (String transport : transports) {
      assertTrue(out.lines().anyMatch(line -> isGood(transport, line)), out);
    }
    assertTrue(
        out.lines().anyMatch(line -> line.matches("Between two processes mapped carried .* µs\\.")),
        out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fifo", "shm"})
  void aFileOfManyLinesComesOutByteForByte(String transport) throws Exception {
    int lines = 200_000;
    Path file = temp.resolve("in.txt");
    Files.writeString(
        file,
        IntStream.range(0, lines)
            .mapToObj(i -> i % 1000 == 0 ? "" : "line " + i + " of a log: größer, €, " + i * 31)
            .collect(Collectors.joining("\n", "", "\n")));
    Process tail =
        shell(
            "tail",
            "exec $CLI tail $BUS lines $DIR --raw --count " + lines + " --transport " + transport);
    Process publish =
        shell(
            "publish",
            "cat $TEMP/in.txt | $CLI publish $BUS lines $DIR - --transport " + transport);
    assertEquals(0, exit(publish), text("publish.err"));
    assertEquals(0, exit(tail), text("tail.err"));
    assertEquals(0, exit(shell("cmp", "cmp $TEMP/in.txt $TEMP/tail.out")), text("cmp.out"));
  }

  @Test
  void linesOfStandardInputHaveNeitherLineBreaksNorMark() throws Exception {
    Files.writeString(temp.resolve("in.txt"), "\ufeffa\r\nb\n\r\nlast");
    for (String keep : List.of("", " --keep-carriage-return")) {
      Process tail = shell("tail", "exec $CLI tail $BUS lines $DIR --count 4");
      Process publish =
          shell("publish", "cat $TEMP/in.txt | $CLI publish $BUS lines $DIR -" + keep);
      assertEquals(0, exit(publish), text("publish.err"));
      assertEquals(0, exit(tail), text("tail.err"));
      String end = keep.isEmpty() ? "" : "\\r";
      assertEquals(
          List.of('"' + "a" + end + '"', "\"b\"", '"' + end + '"', "\"last\""),
          text("tail.out").lines().toList());
    }
  }

  @Test
  void runRequestSendAndTail() throws Exception {
    // A user's verticle, compiled apart, on a class path of its own.
    Files.writeString(
        temp.resolve("Upper.java"),
        """
        import io.vertx.core.*;
        public class Upper extends VerticleBase {
          public Future<?> start() {
            return vertx.eventBus().<String>consumer(
                "upper", m -> m.reply(m.body().toUpperCase())).completion()
                .onSuccess(v -> vertx.eventBus().consumer(
                    "words", m -> System.out.println(m.body())));
          }
        }
        """);
    Files.createDirectory(temp.resolve("classes"));
    assertEquals(
        0,
        exit(shell("javac", JAVA + "c -nowarn -cp " + JAR + " -d $TEMP/classes $TEMP/Upper.java")),
        text("javac.err"));
    Files.writeString(
        temp.resolve("upper.json"),
        """
        {"bus": {"name": "%s", "node": "upper", "directory": "%s", "exports": ["upper"]},
         "links": [{"type": "pipe", "command": ["printf", "one\\ntwo\\nthree"],
                    "restart": "never", "receive": "words"}]}
        """
            .formatted(bus, directory()));
    Process run =
        shell("run", "exec $CLI run $TEMP/upper.json --verticle Upper --classpath $TEMP/classes");
    Process request = shell("request", "$CLI request $BUS upper $DIR '\"hello\"'");
    Process requests = shell("requests", "printf 'a\\nb' | $CLI request $BUS upper $DIR - ");
    Process tail = shell("tail", "exec $CLI tail $BUS things $DIR --count 2");
    assertEquals(0, exit(request));
    assertEquals("\"HELLO\"\n", text("request.out"));
    assertEquals(0, exit(requests));
    assertEquals("\"A\"\n\"B\"\n", text("requests.out"));

    assertEquals(0, exit(shell("send", "$CLI send $BUS things $DIR '{\"sku\": 7}'")));
    assertEquals(0, exit(shell("publish", "$CLI publish $BUS things $DIR '[1, null]'")));
    assertEquals(0, exit(tail), text("tail.err"));
    assertEquals("{\"sku\":7}\n[1,null]\n", text("tail.out"));
    assertEquals("one\ntwo\nthree\n", text("run.out"), "said before the verticle was there");

    run.destroy();
    assertTrue(run.waitFor(20, TimeUnit.SECONDS), "closes on SIGTERM");
    Await.until("left", () -> !Files.exists(directory().resolve(bus)));
  }

  @Test
  void runLinks() throws Exception {
    Files.writeString(
        temp.resolve("links.json"),
        Files.readString(Path.of("conf/links.json")).replace("/tmp/", temp + "/"));
    Process run = shell("run", "exec $CLI run $TEMP/links.json");
    Await.until("up", () -> text("run.err").contains("Links: 3"));
    Process reader = shell("reader", "exec head -n 2 $TEMP/confirmed.fifo");
    assertEquals(0, exit(shell("writer", "echo 3 cups > $TEMP/orders.fifo")));
    assertEquals(0, exit(shell("other", "echo 1 pot > $TEMP/orders.fifo")));
    assertEquals(0, exit(reader));
    assertEquals("confirmed: 3 cups\nconfirmed: 1 pot\n", text("reader.out"));
    run.destroy();
    assertTrue(run.waitFor(20, TimeUnit.SECONDS), "closes on SIGTERM");
    assertFalse(Files.exists(temp.resolve("orders.fifo")));
    assertFalse(Files.exists(temp.resolve("confirmed.fifo")));
  }

  @Test
  void mistakesAreSaid() throws Exception {
    String unreadable = "touch $TEMP/no.json && chmod 0 $TEMP/no.json && ";
    // Without its capabilities, the superuser is kept out like any other user.
    String drop = OtherUsers.canBe() ? "setpriv --bounding-set=-all --inh-caps=-all " : "";
    // They run at the same time, because most of their time goes into starting.
    Process usage = shell("usage", "$CLI send");
    Process json = shell("json", "$CLI request $BUS x '{bad'");
    Process pattern = shell("pattern", "$CLI tail $BUS 'a.*' $DIR");
    Process nobody = shell("nobody", "$CLI request $BUS nobody $DIR --wait 1");
    Process conf = shell("conf", "$CLI run $TEMP/none.json");
    Process dir = shell("dir", "$CLI run $TEMP");
    Process no = shell("no", unreadable + drop + "$CLI run $TEMP/no.json");
    Process help = shell("help", "$CLI tail --help");
    assertEquals(2, exit(usage));
    assertTrue(text("usage.err").contains("Missing required parameters: 'BUS', 'ADDRESS'"));
    assertEquals(2, exit(json));
    assertTrue(text("json.err").contains("Not JSON: {bad"), text("json.err"));
    assertEquals(2, exit(pattern));
    assertTrue(
        text("pattern.err").contains("ADDRESS 'a.*': expected an exact address, without '*'"),
        text("pattern.err"));
    assertEquals(1, exit(nobody));
    assertTrue(text("nobody.err").contains("exports 'nobody' (waited 1 s)"), text("nobody.err"));
    assertEquals(1, exit(conf));
    assertTrue(text("conf.err").contains("There is no file"), text("conf.err"));
    assertEquals(1, exit(dir));
    assertTrue(text("dir.err").contains(temp + " can't be read: "), text("dir.err"));
    assertEquals(1, exit(no));
    assertTrue(text("no.err").contains("no.json can't be read: permission denied"), text("no.err"));
    assertEquals(0, exit(help));
    assertTrue(text("help.out").contains("Usage: vertx-ipc-cli tail"), text("help.out"));
  }

  @Test
  void theThinJarIsAModule() throws Exception {
    String jar = System.getProperty("vertxipc.thin.jar");
    // Everything on the module path; two nodes of this kind meet.
    String path =
        java.util.Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(e -> e.endsWith(".jar"))
            .filter(
                e ->
                    !e.matches(
                        ".*(junit|jqwik|jazzer|archunit|apiguardian|opentest4j|slf4j|launcher-application).*"))
            // What the tool does without; as modules, the metrics of Vert.x need a web server.
            .filter(e -> !e.matches(".*(micrometer|metrics|health-check|LatencyUtils|jspecify).*"))
            .collect(Collectors.joining(File.pathSeparator, jar + File.pathSeparator, ""));
    // The tool, put into the library's module: it is its own jar's, and uses what the library
    // exports.
    String modular =
        " -p "
            + path
            + " --patch-module org.vertxipc=target/cli-classes"
            + " --add-modules info.picocli,HdrHistogram"
            + " --add-reads org.vertxipc=info.picocli,HdrHistogram"
            + " --add-opens org.vertxipc/org.vertxipc.cli=info.picocli";
    String tool = " -m org.vertxipc/org.vertxipc.cli.VertxIpcCli ";
    String flag = "--add-opens io.vertx.core/io.vertx.core.eventbus.impl=org.vertxipc";
    Process closed = shell("closed", SOON + modular + tool + "send $BUS modular $DIR 1");
    String main = SOON + " " + flag + modular + tool;
    Process tail = shell("tail", "exec " + main + "tail $BUS modular $DIR --count 1");
    assertEquals(
        0, exit(shell("send", main + "send $BUS modular $DIR '{\"a\": 1}'")), text("send.err"));
    assertEquals(0, exit(tail), text("tail.err"));
    assertEquals("{\"a\":1}\n", text("tail.out"));
    // Joining a cluster fails unless the provider is found, which gives the Vert.x its transport.
    String node = "demo-node consumer --bus $BUS --transport cluster --store $TEMP < /dev/null";
    assertEquals(0, exit(shell("cluster", SOON + modular + tool + node)), text("cluster.err"));
    // The bridge itself says what it needs there.
    assertEquals(1, exit(closed));
    assertTrue(text("closed.err").contains(flag), text("closed.err"));
  }
}
