package org.vertxipc.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vertxipc.log.CommandLog;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.CounterCommand;
import org.vertxipc.machine.RegistrationCommand;
import org.vertxipc.posix.Access;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Await;

/**
 * Nodes of a cluster in one JVM: each has its own opening of the log, as in a process of its own.
 */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterNodeTest extends NodesFixture {
  private static List<String> membersTold(Hood hood) {
    synchronized (hood.told) {
      return hood.told.stream().filter(each -> !each.startsWith("changed")).toList();
    }
  }

  @Test
  void allAreToldTheSame() throws Exception {
    Hood witness = join("witness");
    Random random = new Random(17);
    List<Hood> others = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (others.isEmpty() || (others.size() < 6 && random.nextBoolean())) {
        others.add(join("n" + i));
      } else {
        others.remove(random.nextInt(others.size())).node.leave();
      }
    }
    // What a bell announces is told some time later; what is looked for, before this returns.
    witness.node.catchUp();
    List<String> all = membersTold(witness);
    assertEquals(41, all.size(), all::toString);
    for (Hood each : nodes) {
      each.node.catchUp();
      List<String> its = membersTold(each);
      int from = all.indexOf(its.get(0));
      assertTrue(its.get(0).startsWith("joined " + each.name + " "), its::toString);
      assertEquals(all.subList(from, from + its.size()), its, each.name);
      assertTrue(from + its.size() == all.size() || its.get(its.size() - 1).startsWith("left"));
    }
  }

  /** Also with a log that is compacted again and again. */
  @Test
  void whatOneHasCompletedAllOthersRead() throws Exception {
    for (int i = 0; i < 3; i++) {
      join("n" + i, 2048);
    }
    AtomicLong completed = new AtomicLong();
    List<Long> values = Collections.synchronizedList(new ArrayList<>());
    AtOnce.each(
        IntStream.range(0, 6).boxed().toList(),
        thread -> {
          for (int i = 0; i < 300; i++) {
            long before = completed.get();
            Hood reader = nodes.get((thread + i) % 3);
            long read = reader.get("count");
            assertTrue(read >= before, read + " was read after " + before);
            long value = nodes.get(thread % 3).add("count");
            assertTrue(value > read);
            values.add(value);
            completed.accumulateAndGet(value, Math::max);
          }
        });
    assertEquals(
        LongStream.rangeClosed(1, 1800).boxed().toList(),
        values.stream().sorted().collect(Collectors.toList()));
    try (Stream<Path> logs = Files.list(directory())) {
      assertTrue(logs.noneMatch(each -> each.endsWith("log-1")), "it was compacted");
    }
  }

  /** It takes long, and that thread may be an event loop. */
  @Test
  void whoSubmitsDoesNotCompactTheLog() throws Exception {
    Hood node = join("n", 2048);
    int atOnce = 0;
    int compacted = 0;
    for (int i = 0; i < 2_000; i++) {
      String before = log();
      Promise<Long> done = Promise.promise();
      AtomicReference<Thread> by = new AtomicReference<>();
      node.node.submit(
          new CounterCommand.Add("count", 1),
          (value, failure) -> {
            by.set(Thread.currentThread());
            done.complete(value, failure);
          });
      assertEquals(i + 1, Await.get(done.future()));
      if (by.get() == Thread.currentThread()) {
        assertEquals(before, log());
        atOnce++;
      } else {
        compacted += before.equals(log()) ? 0 : 1;
      }
    }
    assertTrue(atOnce > 0 && compacted > 10, atOnce + " at once, " + compacted + " compacted");
  }

  private String log() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("log-[0-9]+"))
          .max(Comparator.comparingLong(name -> Long.parseLong(name.substring(4))))
          .orElseThrow();
    }
  }

  @Test
  void commandsOfOneThreadKeepTheirOrder() throws Exception {
    Hood a = join("a");
    Hood b = join("b");
    AtOnce.each(
        List.of(a, a, b, b),
        hood -> {
          String counter = Thread.currentThread().getName();
          List<Future<Boolean>> all = new ArrayList<>();
          for (int i = 0; i < 500; i++) {
            Promise<Boolean> done = Promise.promise();
            hood.node.submit(new CounterCommand.CompareAndSet(counter, i, i + 1), done);
            all.add(done.future());
          }
          for (Future<Boolean> each : all) {
            assertTrue(Await.get(each));
          }
        });
  }

  @Test
  void aCommandThatHasNoBytesFailsAlone() throws Exception {
    Hood a = join("a");
    Command<Long> none = new CounterCommand.Add(null, 1);
    assertThrows(NullPointerException.class, () -> a.await(none));
    // Among others that wait for their turn on the worker thread.
    try (CommandLog other = CommandLog.open(Access.OWNER, directory(), ROOM)) {
      List<Future<Long>> waiting = new ArrayList<>();
      assertTrue(other.tryLock());
      for (int i = 0; i < 10; i++) {
        Promise<Long> done = Promise.promise();
        a.node.submit(i % 3 == 1 ? none : new CounterCommand.Add("count", 1), done);
        waiting.add(done.future());
      }
      other.unlock();
      for (int i = 0; i < 10; i++) {
        Future<Long> each = waiting.get(i);
        if (i % 3 == 1) {
          assertEquals(NullPointerException.class, Await.failure(each).getClass());
        } else {
          Await.get(each);
        }
      }
    }
    assertEquals(8, a.add("count"));
  }

  @Test
  void whoeverThrowsHarmsNobodyElse() throws Exception {
    Hood a = join("a");
    Hood b = join("b");
    b.onEvent =
        () -> {
          throw new IllegalStateException("on purpose");
        };
    a.await(new RegistrationCommand.Register("x", "a", 1));
    a.await(new RegistrationCommand.Register("y", "a", 2));
    b.node.catchUp();
    assertEquals(List.of("changed x", "changed y"), b.told.subList(1, 3));
    CountDownLatch thrown = new CountDownLatch(1);
    b.node.submit(
        new CounterCommand.Add("count", 1),
        (count, failure) -> {
          thrown.countDown();
          throw new IllegalStateException("on purpose");
        });
    Await.latch(thrown);
    assertEquals(2, b.add("count"));
  }

  @Test
  void whoeverComesWhileAnEventIsToldWaitsForIt() throws Exception {
    Hood a = join("a");
    Hood b = join("b");
    CountDownLatch telling = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    a.onEvent =
        () -> {
          telling.countDown();
          Await.latch(goOn);
          // Who is told may read.
          a.get("count");
        };
    b.await(new RegistrationCommand.Register("x", "b", 1));
    Thread first = new Thread(a.node::catchUp);
    first.start();
    Await.latch(telling);
    Thread second = new Thread(a.node::catchUp);
    second.start();
    Await.until("it waits", () -> second.getState() == Thread.State.WAITING);
    goOn.countDown();
    second.join(TimeUnit.SECONDS.toMillis(30));
    assertFalse(second.isAlive());
    assertEquals("changed x", a.told.get(a.told.size() - 1));
    first.join();
  }

  /** A node that sleeps is woken for what it must be told, and not for the rest. */
  @Test
  void nobodyIsWokenForACounter() throws Exception {
    Hood a = join("a", 1 << 20);
    Hood b = join("b", 1 << 20);
    Path control = directory().resolve("control");
    int slot = 4096 + 64;
    try (FileChannel flags = FileChannel.open(control, StandardOpenOption.READ)) {
      Await.until("b sleeps", () -> flag(flags, slot) == 1);
      for (int i = 0; i < 100; i++) {
        a.add("count");
      }
      assertEquals(1, flag(flags, slot));
    }
    a.await(new RegistrationCommand.Register("x", "a", 1));
    Await.until("b is woken", () -> b.told.contains("changed x"));
  }

  private static int flag(FileChannel flags, int at) {
    try {
      ByteBuffer one = ByteBuffer.allocate(1);
      flags.read(one, at);
      return one.get(0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
