package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.CliShell;
import org.vertxipc.testing.OnOneJdk;

/** Tests what the built tool does when nobody reads its output any more, or when it has no room. */
@OnOneJdk
class CliOutputIT extends CliShell {
  private static final String STATUS = "; echo ${PIPESTATUS[@]} > $TEMP/";

  private Vertx vertx;

  @AfterEach
  void close() throws Exception {
    if (vertx != null) {
      Await.get(vertx.close());
    }
  }

  private void join(BusOptions options) throws Exception {
    vertx = Vertx.vertx();
    options.setName(bus).setNode("tests").setDirectory(directory().toString());
    Await.get(IpcBridge.create(vertx, new IpcBridgeOptions().setBus(options)).start());
  }

  private Process bash(String name, String pipe) throws Exception {
    return run(name, "bash", "-c", pipe + STATUS + name + ".status");
  }

  @Test
  void tailEndsWithItsReader() throws Exception {
    Process one = bash("one", "$CLI tail $BUS logs $DIR | head -n 1");
    // Its reader leaves before there is a message, and there never is one.
    Process none = bash("none", "$CLI tail $BUS nothing $DIR | read -t 0.1");
    assertEquals(0, exit(shell("send", "$CLI send $BUS logs $DIR 1")), text("send.err"));
    assertEquals(0, exit(one), text("one.err"));
    assertEquals("1\n", text("one.out"));
    assertEquals("141 0\n", text("one.status"));
    assertEquals(1, text("one.err").lines().count(), text("one.err"));
    assertEquals(0, exit(none), text("none.err"));
    assertTrue(text("none.status").startsWith("141 "), text("none.status"));
    assertEquals(1, text("none.err").lines().count(), text("none.err"));

    List<String> got = new CopyOnWriteArrayList<>();
    join(new BusOptions().addExport("logs"));
    vertx.eventBus().<String>consumer("logs", message -> got.add(message.body()));
    assertEquals(0, exit(shell("all", "seq 100 | $CLI send $BUS logs $DIR -")), text("all.err"));
    Await.until("all came here", () -> got.size() == 100);
    assertEquals(IntStream.rangeClosed(1, 100).mapToObj(Integer::toString).toList(), got);
  }

  @Test
  void tailThatCannotWaitForItsReaderEndsWithTheNextMessage() throws Exception {
    String tool = SOON + " -Dio.netty.transport.noNative=true -jar " + JAR;
    Process tail = bash("tail", tool + " tail $BUS logs $DIR | head -n 1");
    join(new BusOptions().addImport("logs"));
    Await.until(
        "it has ended",
        () -> {
          vertx.eventBus().publish("logs", 1);
          return !tail.isAlive();
        });
    assertEquals("1\n", text("tail.out"));
    assertEquals("141 0\n", text("tail.status"));
  }

  @Test
  void othersEndWithTheirReader() throws Exception {
    join(new BusOptions().addExport("echo"));
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    // Descriptor 4 is a pipe of which nobody has the other end.
    String unread = "mkfifo $TEMP/F; exec 3<>$TEMP/F; exec 4>$TEMP/F; exec 3<&-; rm $TEMP/F; ";
    Process endless = bash("endless", "yes | $CLI request $BUS echo $DIR - | head -n 1");
    Process clean = shell("clean", unread.replace("F", "c") + "$CLI clean $BUS $DIR >&4");
    Process request = shell("one", unread.replace("F", "r") + "$CLI request $BUS echo $DIR 1 >&4");
    Process full = shell("full", "$CLI request $BUS echo $DIR 1 > /dev/full");
    assertEquals(0, exit(endless));
    assertEquals("\"y\"\n", text("endless.out"));
    assertEquals("141 141 0\n", text("endless.status"));
    assertEquals("", text("endless.err"));
    assertEquals(141, exit(clean));
    assertEquals("", text("clean.err"));
    assertEquals(141, exit(request));
    assertEquals("", text("one.err"));
    assertEquals(1, exit(full));
    assertTrue(text("full.err").contains(": standard output: "), text("full.err"));
  }

  @Test
  void whatIsLostAtTheEndIsSaid() throws Exception {
    Files.writeString(
        temp.resolve("speaks.json"),
        """
        {"links": [{"type": "pipe", "command": ["sh", "-c", "seq 1 5; cat"], "receive": "nobody"}]}
        """);
    Process run = shell("run", "exec $CLI run $TEMP/speaks.json");
    Await.until("nobody listens", () -> text("run.err").contains("unheard"));
    run.destroy();
    assertEquals(143, exit(run));
    assertTrue(text("run.err").contains("lost {\"messages\":5}"), text("run.err"));
  }
}
