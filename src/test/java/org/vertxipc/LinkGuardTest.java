package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.LinkBridge;
import org.vertxipc.testing.LinkProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Kills real JVMs, and looks what becomes of the children of their links; and how they end. */
@OnOneJdk
class LinkGuardTest {
  private static PipeLinkOptions link(String... command) {
    return new PipeLinkOptions()
        .setCommand(List.of(command))
        .setName("child")
        .setReceive("in")
        .setEvents("events")
        .setEofMillis(300)
        .setTermMillis(300);
  }

  /** Not even as a zombie that waits for another parent to take note. */
  private static boolean isRunning(long pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }

  private static long guards(long jvm) {
    return ProcessHandle.of(jvm).orElseThrow().children().count();
  }

  @Test
  void aChildThatDoesNotReadDiesWithTheJvm() throws Exception {
    try (LinkProcess jvm = LinkProcess.start(link("sleep", "977"))) {
      long child = jvm.awaitEvent("started").getLong("pid");
      try {
        jvm.kill();
        Await.until("the child is gone", () -> !isRunning(child));
      } finally {
        Processes.runs("kill", "-KILL", "--", "-" + child);
      }
    }
  }

  @Test
  void soDoAllOfItsGroupThatIgnoreSigterm() throws Exception {
    String script = "trap '' TERM; sleep 977 & echo $!; while :; do sleep 1; done";
    try (LinkProcess jvm = LinkProcess.start(link("sh", "-c", script))) {
      long child = jvm.awaitEvent("started").getLong("pid");
      try {
        long grandchild = Long.parseLong(jvm.awaitMessage().toString());
        jvm.kill();
        Await.until("both are gone", () -> !isRunning(child) && !isRunning(grandchild));
      } finally {
        Processes.runs("kill", "-KILL", "--", "-" + child);
      }
    }
  }

  /** The guard waits as a stop of the link does. */
  @Test
  void aChildThatSeesItsEndMayFinish(@TempDir Path dir) throws Exception {
    String script = "cat > /dev/null; sleep 1; echo done > end; exec sleep 977";
    PipeLinkOptions options =
        link("sh", "-c", script).setDirectory(dir.toString()).setEofMillis(60_000);
    try (LinkProcess jvm = LinkProcess.start(options)) {
      long child = jvm.awaitEvent("started").getLong("pid");
      try {
        jvm.kill();
        Await.until("it has finished", () -> Files.exists(dir.resolve("end")));
        assertTrue(isRunning(child));
      } finally {
        Processes.runs("kill", "-KILL", "--", "-" + child);
      }
    }
  }

  @Test
  void noGuardOutlivesItsChild() throws Exception {
    PipeLinkOptions options =
        link("sh", "-c", "exit 3").setRestart("on-failure").setRestartMinMillis(10);
    long self = ProcessHandle.current().pid();
    long before = guards(self);
    try (LinkBridge bridge = LinkBridge.started(options.setRestartMaxMillis(10))) {
      Await.until("ten starts", () -> bridge.events("started").size() >= 10);
    }
    assertEquals(before, guards(self), "neither guards nor zombies");
  }

  /** What the user sees of the child is as it was: its parent, its group, how it ended. */
  @Test
  void theChildIsTheJvmsOwn() throws Exception {
    String script = "echo $$ $PPID $(cut -d ' ' -f 5 /proc/$$/stat); kill -USR1 $$";
    try (LinkBridge bridge = LinkBridge.started(link("sh", "-c", script).setRestart("never"))) {
      JsonObject exited = bridge.awaitEvent("exited");
      int pid = bridge.awaitEvent("started").getInteger("pid");
      long self = ProcessHandle.current().pid();
      assertEquals(List.of(pid + " " + self + " " + pid), bridge.received);
      assertEquals(10, exited.getInteger("signal"));
      assertEquals(List.of(), bridge.events("unguarded"));
    }
  }

  /** Filters of older container runtimes refuse what they do not know, by either error. */
  @ParameterizedTest
  @ValueSource(strings = {"ENOSYS", "EPERM"})
  void theEndOfAChildIsNoticedWithoutPidfdOpen(String error) throws Exception {
    String[] strace = {
      "strace", "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=pidfd_open", "-e"
    };
    String[] inject = Arrays.copyOf(strace, strace.length + 1);
    inject[strace.length] = "inject=pidfd_open:error=" + error;
    String[] probe = Arrays.copyOf(inject, inject.length + 1);
    probe[inject.length] = "true";
    assumeTrue(Processes.runs(probe), "strace is there and permitted");
    PipeLinkOptions options =
        link("sh", "-c", "echo hello; exit 3").setRestartMinMillis(10).setRestart("on-failure");
    try (LinkProcess jvm = LinkProcess.start(options, inject)) {
      String reason = jvm.awaitEvent("polling").getString("reason");
      assertTrue(reason.matches("pidfd_open\\(process \\d+\\) failed: .*"), reason);
      assertTrue(reason.endsWith("(" + error + ")"), reason);
      List<String> said = new ArrayList<>();
      while (Collections.frequency(said, "exited") < 3) {
        JsonObject next = jvm.next();
        said.add(next.getString("event", next.getString("message")));
      }
      assertTrue(said.contains("hello"), said.toString());
      assertFalse(said.contains("polling"), "it is said once: " + said);
    }
  }
}
