package org.vertxipc.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.posix.Posix;
import org.vertxipc.testing.AtOnce;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.Tmpfs;

/** A log, and several that use it, each with an opening of its own. */
@Timeout(60)
class CommandLogTest {
  private static final int ROOM = 1024;

  @TempDir Path directory;
  private final List<LogUser> users = new ArrayList<>();

  private LogUser join() throws IOException {
    return join(directory, ROOM);
  }

  private LogUser join(Path where, int room) throws IOException {
    LogUser user = LogUser.join(where, room, users.size());
    users.add(user);
    return user;
  }

  @AfterEach
  void closeAll() throws IOException {
    for (LogUser each : users) {
      each.close();
    }
  }

  private List<String> files() throws IOException {
    return files(directory);
  }

  private static List<String> files(Path where) throws IOException {
    try (Stream<Path> all = Files.list(where)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @Test
  void allReadWhatOneWritesInOrderAndOnce() throws IOException {
    LogUser a = join();
    LogUser b = join();
    for (int i = 0; i < 20; i += 2) {
      a.write(Integer.toString(i));
      assertTrue(b.log.hasNews());
      assertEquals(numbers(i + 1), b.read());
      assertFalse(b.log.hasNews());
      assertEquals(numbers(i + 1), b.read());
      b.write(Integer.toString(i + 1));
      assertEquals(numbers(i + 2), a.read());
    }
    assertEquals(numbers(20), join().read());
    assertEquals(List.of("control", "log-1"), files());
  }

  @Test
  void nothingIsSeenBeforeItIsCommitted() throws IOException {
    LogUser a = join();
    LogUser b = join();
    LogUser late = join();
    a.write("0");
    b.read();
    a.lock();
    assertTrue(a.log.append("1".getBytes(UTF_8)));
    assertTrue(a.log.append("2".getBytes(UTF_8)));
    assertFalse(b.log.hasNews());
    assertEquals(List.of("0"), b.read());
    assertEquals(List.of("0"), late.read());
    a.log.commit();
    assertEquals(numbers(3), b.read());
    a.log.unlock();
  }

  @Test
  void whatIsNeverCommittedIsOverwritten() throws IOException {
    LogUser a = join();
    LogUser b = join();
    a.lock();
    assertTrue(a.log.append("lost, and longer than what comes later".getBytes(UTF_8)));
    a.log.unlock();
    b.write("0");
    assertEquals(numbers(1), a.read());
    a.lock();
    assertTrue(a.log.append("lost again".getBytes(UTF_8)));
    a.log.unlock();
    a.write("1");
    assertEquals(numbers(2), b.read());
    // As if its process had died.
    a.lock();
    assertTrue(a.log.append("lost as well".getBytes(UTF_8)));
    a.close();
    b.write("2");
    assertEquals(numbers(3), b.read());
    assertEquals(numbers(3), join().read());
  }

  @Test
  void oneHasTheLock() throws IOException {
    LogUser a = join();
    LogUser b = join();
    assertEquals(0, b.log.writer());
    assertTrue(a.log.tryLock());
    assertFalse(b.log.tryLock());
    assertEquals(ProcessHandle.current().pid(), b.log.writer());
    a.log.unlock();
    assertEquals(0, b.log.writer());
    assertTrue(b.log.tryLock());
    assertFalse(a.log.tryLock());
    b.close();
    assertTrue(a.log.tryLock());
  }

  @Test
  void aRemovedLogIsNotNamedAnyMore() throws IOException {
    LogUser a = join();
    LogUser waits = join();
    a.write("0");
    a.lock();
    assertTrue(a.log.isNamed());
    a.log.removeFiles();
    a.log.removeControl();
    assertEquals(List.of(), files());
    a.close();
    assertTrue(waits.log.tryLock());
    assertFalse(waits.log.isNamed());
    waits.close();
    users.clear();
    assertEquals(List.of(), join().read());
    assertFalse(waits.log.hasNews());
  }

  @Test
  void aSlotIsOneUsers() throws IOException {
    LogUser a = join();
    assertFalse(a.log.isAnyClaimed(), "its own does not count");
    LogUser b = join();
    int last = CommandLog.SLOTS - 1;
    assertTrue(a.log.isClaimed(1));
    assertTrue(b.log.isClaimed(0));
    assertFalse(b.log.isClaimed(1), "its own");
    assertFalse(b.log.claim(0));
    assertTrue(b.log.claim(last));
    assertTrue(a.log.isClaimed(last));
    for (int none : new int[] {-1, CommandLog.SLOTS, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertFalse(a.log.isClaimed(none), "slot " + none);
    }
    b.log.giveUp(1);
    assertTrue(a.log.isAnyClaimed());
    b.log.giveUp(last);
    assertFalse(a.log.isAnyClaimed());
    assertTrue(a.log.claim(1));
    // A lock on the last slot is not the turn, and the turn is no slot.
    assertTrue(b.log.tryLock());
    assertFalse(a.log.isAnyClaimed());
    a.close();
    assertFalse(b.log.isAnyClaimed());
    assertFalse(a.log.isClaimed(0), "after close");
    a.log.giveUp(0);
  }

  @Test
  void aSleeperIsWokenOnce() throws Exception {
    LogUser a = join();
    LogUser b = join();
    assertFalse(a.log.wake(1));
    b.log.fallAsleep(1);
    assertFalse(a.log.wake(0));
    assertTrue(a.log.wake(1));
    assertFalse(a.log.wake(1));
    assertFalse(b.log.wake(1));
    assertFalse(a.log.wake(-1));
    assertFalse(a.log.wake(CommandLog.SLOTS));
    for (int i = 0; i < 2_000; i++) {
      b.log.fallAsleep(1);
      AtomicInteger woken = new AtomicInteger();
      if (i % 200 == 0) {
        AtOnce.each(List.of(a, b, a, b), user -> woken.addAndGet(user.log.wake(1) ? 1 : 0));
      } else {
        woken.addAndGet((a.log.wake(1) ? 1 : 0) + (b.log.wake(1) ? 1 : 0));
      }
      assertEquals(1, woken.get());
    }
    b.log.fallAsleep(1);
    a.close();
    assertFalse(a.log.wake(1), "after close");
    a.log.fallAsleep(1);
    assertTrue(b.log.wake(1));
  }

  @Test
  void aFullFileIsReplaced() throws IOException {
    LogUser a = join();
    LogUser b = join();
    LogUser late = join();
    String record = "x".repeat(100);
    for (int i = 0; i < 9; i++) {
      a.write(record);
    }
    assertEquals(a.read(), b.read());
    assertEquals(1, b.restarts());
    assertEquals(List.of("control", "log-1"), files());
    a.write(record);
    assertEquals(List.of("control", "log-2"), files());
    assertEquals(a.read(), b.read());
    assertEquals(1, b.restarts(), "its own state was that of the snapshot");
    assertEquals(a.read(), late.read());
    assertEquals(1, late.restarts());
    a.compact();
    a.compact();
    assertEquals(List.of("control", "log-4"), files());
    assertEquals(10, b.read().size());
    assertEquals(2, b.restarts(), "what was between is gone");
    b.write("more");
    assertEquals(b.read(), a.read());
    assertEquals(b.read(), late.read());
    assertEquals(List.of(record, "more"), a.read().subList(9, 11));
  }

  @Test
  void aRecordIsLargerThanTheFile() throws IOException {
    LogUser a = join();
    LogUser b = join();
    for (int length : new int[] {0, ROOM - 8, ROOM - 7, ROOM, 5 * ROOM, 1_000_000}) {
      a.write("y".repeat(length));
      b.write("");
      assertEquals(b.read(), a.read());
    }
    assertEquals(12, a.read().size());
  }

  @Test
  void whatIsLargerThanTheLargestIsRefused() throws IOException {
    LogUser a = join();
    LogUser b = join();
    a.write("0");
    a.lock();
    byte[] mebibyte = new byte[(1 << 20) - 8];
    for (int[] size : new int[][] {{1024, 0}, {0, 1 << 30}, {1000, 24 << 20}, {0, 2_147_000_000}}) {
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  a.log.compact(
                      to -> {
                        for (int i = 0; i < size[0]; i++) {
                          to.accept(mebibyte);
                        }
                      },
                      size[1]));
      assertEquals(
          "the state of the cluster would take more than 1073741824 bytes", e.getMessage());
    }
    assertEquals(List.of("control", "log-1"), files());
    a.log.unlock();
    a.write("1");
    b.write("2");
    assertEquals(numbers(3), a.read());
  }

  @Test
  void generationsNeverGoBack() throws IOException {
    for (int i = 1; i < 20; i += 2) {
      LogUser a = join();
      assertEquals(List.of(), a.read());
      a.write("0");
      assertEquals(List.of("control", "log-" + i), files());
      a.compact();
      a.write("1");
      assertEquals(List.of("control", "log-" + (i + 1)), files());
      Files.createFile(directory.resolve("bell-17"));
      closeAll();
      users.clear();
    }
  }

  @Test
  void afterTheLastGenerationComesTheFirst() throws IOException {
    join().write("0");
    closeAll();
    users.clear();
    try (RawFile control = new RawFile(directory)) {
      control.head(Words.head((1L << 36) - 2, 64));
      LogUser a = join();
      LogUser behind = join();
      a.write("1");
      assertEquals(List.of("control", "log-68719476735"), files());
      assertEquals(List.of("1"), behind.read());
      a.compact();
      a.write("2");
      assertEquals(List.of("control", "log-1"), files());
      assertEquals(List.of("1", "2"), behind.read());
    }
  }

  @Test
  void whatADeadWriterLeftIsRemoved() throws IOException {
    LogUser a = join();
    a.write("0");
    a.compact();
    Files.write(directory.resolve("log.new"), new byte[10]);
    Files.write(directory.resolve("log-3"), new byte[10]);
    Files.write(directory.resolve("log-1"), new byte[10]);
    a.compact();
    assertEquals(List.of("control", "log-3"), files());
    a.write("1");
    assertEquals(numbers(2), join().read());
  }

  @Test
  void aFullFileSystemChangesNothing() throws Exception {
    try (Tmpfs small = new Tmpfs(directory, "size=1m,mode=0700")) {
      LogUser a = join(small.path(), 64 << 10);
      LogUser b = join(small.path(), 64 << 10);
      for (int i = 0; i < 200; i++) {
        a.write(" ".repeat(1000));
      }
      List<String> before = files(small.path());
      String large = "z".repeat(700_000);
      for (LogUser each : List.of(a, b, a)) {
        IOException e = assertThrows(IOException.class, () -> each.write(large));
        assertTrue(e.getMessage().contains(small.path() + "/log.new"), e::getMessage);
        assertTrue(e.getMessage().contains("ENOSPC"), e::getMessage);
        assertEquals(before, files(small.path()));
        // What is smaller has room.
        each.write("small");
      }
      assertEquals(203, a.read().size());
      assertEquals(203, b.read().size());
      assertEquals(0, Processes.exit("mount", "-o", "remount,size=8m", small.path().toString()));
      a.write(large);
      assertEquals(204, b.read().size());
      assertEquals(2, files(small.path()).size());
      closeAll();
      users.clear();
    }
  }

  @Test
  void aNameThatIsTakenChangesNothing() throws IOException {
    LogUser a = join();
    LogUser b = join();
    a.write("0");
    Path inTheWay = directory.resolve("log-2");
    Files.createDirectory(inTheWay);
    IOException e = assertThrows(IOException.class, a::compact);
    assertTrue(e.getMessage().contains(inTheWay.toString()), e::getMessage);
    b.write("1");
    assertEquals(numbers(2), a.read());
    assertEquals(List.of("control", "log-1", "log-2"), files());
    Files.delete(inTheWay);
    b.compact();
    a.write("2");
    assertEquals(numbers(3), b.read());
    Posix.unlink(directory.resolve("log-2"));
    assertEquals(numbers(3), a.read());
  }
}
