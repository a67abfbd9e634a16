package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;

/**
 * Checks that the examples in Python and C do what they say, if their interpreter and compiler
 * exist.
 */
class OtherLanguagesTest {
  @TempDir Path temp;

  private static Process start(String... command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "fifo"})
  void aPythonProgramAnswersRequests(String type) throws Exception {
    assumeTrue(Processes.runs("python3", "--version"), "needs python3");
    String json = Files.readString(Path.of("examples/python/" + type + ".json"));
    IpcBridgeOptions options =
        new IpcBridgeOptions(new JsonObject(json.replace("/tmp/", temp + "/")));
    Vertx vertx = Vertx.vertx();
    Process python = null;
    try {
      IpcBridge bridge = IpcBridge.create(vertx, options);
      Await.get(bridge.start());
      if (type.equals("fifo")) {
        python =
            start(
                "sh",
                "-c",
                String.format(
                    "exec python3 examples/python/model.py < %s/model.in > %s/model.out",
                    temp, temp));
      }
      List<Future<Message<JsonObject>>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        JsonArray numbers = new JsonArray().add(i).add(1.5);
        answers.add(vertx.eventBus().request("model", new JsonObject().put("numbers", numbers)));
      }
      for (int i = 0; i < 100; i++) {
        assertEquals(i + 1.5, Await.get(answers.get(i)).body().getDouble("sum"));
      }
      Await.get(bridge.close());
    } finally {
      Await.get(vertx.close());
      if (python != null) {
        python.destroy();
      }
    }
  }

  private String observer() throws Exception {
    assumeTrue(Processes.runs("cc", "--version"), "needs a C compiler");
    String program = temp.resolve("observe").toString();
    Processes.output(
        start(
            "cc",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-O1",
            "-o",
            program,
            "examples/c/observe.c",
            "-lrt"));
    return program;
  }

  @ParameterizedTest
  @ValueSource(strings = {"shm", "sysv"})
  void aProgramInCReadsTheRing(String transport) throws Exception {
    String program = observer();
    try (TestBus bus = new TestBus(transport)) {
      NodeProcess there = bus.process(bus.options("there").addExport("t.record"));
      there.consume("t.record", "record");
      there.call("start");
      Vertx vertx = bus.vertx(true);
      IpcBridge bridge = bus.bridge(vertx, bus.options("here").addImport("t.*"));
      Await.get(bridge.start());
      Await.get(bridge.awaitExport("t.record"));
      there.signal("STOP");
      DeliveryOptions headers = new DeliveryOptions().addHeader("flavour", "mint");
      vertx.eventBus().send("t.record", "first of two", headers);
      vertx.eventBus().publish("t.record", "second, größer");
      Await.get(bridge.exports());
      Path file;
      try (var files = Files.list(bus.path().resolve("there"))) {
        file = files.filter(f -> f.toString().matches(".*[.](ring|sysv)")).findAny().orElseThrow();
      }
      boolean sysv = transport.equals("sysv");
      String out =
          sysv
              ? Processes.output(start(program, "sysv", Files.readAllLines(file).get(0)))
              : Processes.output(start(program, "ring", file.toString()));
      there.signal("CONT");
      assertTrue(out.startsWith("capacity 1048576, "), out);
      assertTrue(out.contains("kind 6, 37 bytes: first of two\n"), out);
      assertTrue(out.contains("kind 7, 32 bytes: second, größer\n"), out);
      Await.until("taken", () -> there.count("t.record") == 2);
    }
  }

  @Test
  void aProgramInCReadsAQueue() throws Exception {
    String program = observer();
    String name = "/vertx-ipc-c-" + ProcessHandle.current().pid();
    Vertx vertx = Vertx.vertx();
    try {
      MqueueLinkOptions link = new MqueueLinkOptions().setWrite(name).setSend("queue");
      IpcBridge bridge = IpcBridge.create(vertx, new IpcBridgeOptions().addLink(link));
      Await.get(bridge.start());
      for (int priority : new int[] {0, 7, 3}) {
        DeliveryOptions urgent =
            new DeliveryOptions().addHeader(IpcBridge.PRIORITY_HEADER, "" + priority);
        vertx.eventBus().send("queue", "order of priority " + priority, urgent);
      }
      Await.get(vertx.eventBus().request("queue", "not taken").otherwiseEmpty());
      Process c = start(program, "queue", name);
      vertx.eventBus().send("queue", "end");
      assertEquals(
          """
          priority 7: order of priority 7
          priority 3: order of priority 3
          priority 0: order of priority 0
          """,
          Processes.output(c));
      Await.get(bridge.close());
    } finally {
      Await.get(vertx.close());
    }
  }
}
