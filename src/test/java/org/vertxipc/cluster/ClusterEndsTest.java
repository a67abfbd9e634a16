package org.vertxipc.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vertxipc.log.CommandLog;
import org.vertxipc.log.LogReader;
import org.vertxipc.machine.CounterCommand;
import org.vertxipc.posix.Access;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.OnOneJdk;

/** How nodes come into a cluster and go out of it, also when they fail. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@OnOneJdk
class ClusterEndsTest extends NodesFixture {
  @Test
  void manyComeAndGoAtOnceAndLeaveNothing() throws Exception {
    join("first").node.leave();
    long before = descriptors();
    AtOnce.each(
        IntStream.range(0, 6).boxed().toList(),
        thread -> {
          for (int i = 0; i < 10; i++) {
            Hood hood = Hood.join(vertx, "n" + thread + "-" + i, buses(), 4096);
            hood.add("count" + thread);
            assertTrue(hood.get("count" + thread) > 0);
            hood.node.leave();
            hood.node.leave();
          }
        });
    assertFalse(Files.exists(buses()));
    Await.until("nothing is open", () -> openNow() <= before);
  }

  @Test
  void whatComesAfterLeavingFails() throws Exception {
    Hood stays = join("stays");
    Hood leaves = join("leaves");
    List<Future<Long>> all = Collections.synchronizedList(new ArrayList<>());
    Thread writer =
        new Thread(
            () -> {
              while (all.stream().noneMatch(Future::failed)) {
                Promise<Long> done = Promise.promise();
                leaves.node.submit(new CounterCommand.Add("count", 1), done);
                all.add(done.future());
                leaves.node.catchUp();
              }
            });
    writer.start();
    Await.until("it writes", () -> stays.get("count") > 10);
    leaves.node.leave();
    writer.join(TimeUnit.SECONDS.toMillis(30));
    assertFalse(writer.isAlive());
    long counted = 0;
    for (Future<Long> each : all) {
      Await.settled(each);
      counted += each.succeeded() ? 1 : 0;
    }
    assertEquals(counted, stays.get("count"));
    assertThrows(IllegalStateException.class, () -> leaves.get("count"));
    Throwable e = assertThrows(IOException.class, () -> leaves.add("count"));
    assertTrue(e.getMessage().contains("has left"), e::getMessage);
  }

  @Test
  void aNodeLeavesAlsoWhileAnotherIsStopped() throws Exception {
    Hood a = join("a");
    try (CommandLog stopped = CommandLog.open(Access.OWNER, directory(), ROOM)) {
      assertTrue(stopped.tryLock());
      Promise<Long> waits = Promise.promise();
      a.node.submit(new CounterCommand.Add("count", 1), waits);
      a.node.leave();
      assertTrue(Await.failure(waits.future()).getMessage().contains("has left"));
    }
    join("b");
  }

  @Test
  void aJoinThatFailsLeavesNothing() throws Exception {
    long before = descriptors();
    Files.createDirectories(directory());
    for (Path each : List.of(directory(), buses().resolve("c"), buses())) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
    }
    Files.createDirectory(directory().resolve("log.new"));
    assertThrows(IOException.class, () -> Hood.join(vertx, "a", buses(), ROOM));
    Files.delete(directory().resolve("log.new"));
    Hood b = join("b");
    // One whose name is taken.
    IOException e = assertThrows(IOException.class, () -> Hood.join(vertx, "b", buses(), ROOM));
    assertTrue(e.getMessage().endsWith("there is one of its name"), e::getMessage);
    try (Stream<Path> all = Files.list(directory())) {
      assertEquals(
          List.of("bell-0", "control", "log-1"),
          all.map(each -> each.getFileName().toString()).sorted().toList());
    }
    assertEquals(1, b.add("count"));
    b.node.leave();
    assertFalse(Files.exists(buses()));
    Await.until("nothing is open", () -> openNow() <= before + 2);
  }

  @Test
  void theOthersTakeOutWhoIsBroken() throws Exception {
    Hood a = join("a", 4096);
    Hood b = join("b", 4096);
    Path aside = parent.resolve("aside");
    // One misses two files, and is put out by the third, which is not there at that moment.
    Await.until("compacted", () -> addsUntil(a, "log-4"));
    Files.move(directory().resolve("log-4"), aside);
    assertThrows(IllegalStateException.class, () -> b.get("count"));
    Files.move(aside, directory().resolve("log-4"));
    Await.until("b is taken out", () -> a.told.contains("left b [a]"));
    assertTrue(a.add("count") > 0);
  }

  @Test
  void aRecordThatNobodyCanUsePutsAllOut() throws Exception {
    Hood a = join("a");
    Hood b = join("b");
    a.add("count");
    b.get("count");
    try (CommandLog hostile = CommandLog.open(Access.OWNER, directory(), ROOM)) {
      while (!hostile.tryLock()) {
        Thread.onSpinWait();
      }
      hostile.read(
          new LogReader() {
            @Override
            public void restart() {}

            @Override
            public void record(byte[] bytes) {}
          });
      assertTrue(hostile.append(new byte[] {99}));
      hostile.commit();
      hostile.unlock();
    }
    for (Hood each : List.of(a, b)) {
      IllegalStateException e = assertThrows(IllegalStateException.class, () -> each.get("count"));
      assertTrue(e.getMessage().contains(directory() + "/log-1 has a record at "), e::getMessage);
      assertTrue(e.getMessage().endsWith("a command of kind 99"), e::getMessage);
      assertThrows(IOException.class, () -> each.add("count"));
      Await.until("it is told", () -> each.broken != null);
      assertSame(each.node.broken(), each.broken);
    }
  }

  private boolean addsUntil(Hood hood, String file) {
    try {
      while (!Files.exists(directory().resolve(file))) {
        hood.add("a counter");
      }
      return true;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  private static long openNow() {
    try {
      return descriptors();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
