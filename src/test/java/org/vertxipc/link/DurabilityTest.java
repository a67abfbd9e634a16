package org.vertxipc.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vertxipc.options.JournalLinkOptions;

/**
 * Tries who is told that a record is on the disk, with work that succeeds or fails in any order: a
 * record is safe when a sync that began after it has succeeded, and never before.
 */
class DurabilityTest {
  private static final int RUNS = 2_000;
  private static final int STEPS = 60;

  /** Work that was given to the worker thread, which does it in order. */
  private record Work(Callable<?> task, Consumer<Object> then, Runnable failed) {}

  private static final class Disk {
    final ArrayDeque<Work> queue = new ArrayDeque<>();
    final Durability durability =
        new Durability(
            null,
            new JournalLinkOptions().setFsync("message"),
            (task, then, failed) -> queue.add(new Work(task, then, failed)),
            this::writeOut);
    int recorded;
    int written;
    final List<Integer> told = new ArrayList<>();

    private Void writeOut() {
      written = recorded;
      return null;
    }

    void record() {
      int number = ++recorded;
      durability.onRecord();
      durability.whenSafe(
          () -> {
            assertTrue(number <= written, "record " + number + " of " + written);
            told.add(number);
          });
    }

    void work(boolean succeeds) throws Exception {
      Work next = queue.poll();
      if (next == null) {
        durability.sync();
      } else if (succeeds) {
        next.then.accept(next.task.call());
      } else {
        next.failed.run();
      }
    }
  }

  @Test
  void nobodyIsToldBeforeTheRecordIsOnTheDisk() throws Exception {
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Disk disk = new Disk();
      for (int i = 0; i < STEPS; i++) {
        switch (random.nextInt(4)) {
          case 0, 1 -> disk.record();
          case 2 -> disk.work(random.nextBoolean());
          default -> {
            // Other work of the journal, which fails or not, is nothing to the records.
            disk.queue.add(new Work(() -> null, done -> {}, () -> {}));
          }
        }
      }
      while (disk.durability.isOpen() || !disk.queue.isEmpty()) {
        disk.work(true);
      }
      List<Integer> all = new ArrayList<>();
      for (int i = 1; i <= disk.recorded; i++) {
        all.add(i);
      }
      assertEquals(all, disk.told, "seed " + seed);
    }
  }
}
