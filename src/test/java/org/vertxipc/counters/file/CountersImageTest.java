package org.vertxipc.counters.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.counters.Counter;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;

/** Files of counters: what is written is read, and what is damaged or half written is refused. */
class CountersImageTest {
  @TempDir Path temp;

  private final CounterSet set = new CounterSet();
  private final CountersImage image = new CountersImage(7, 1);

  private Path file() {
    return temp.resolve("counters");
  }

  private int open() throws IOException {
    return Access.OWNER.create(file(), Posix.O_WRONLY);
  }

  private CountersFile.Content written(int fd) throws IOException {
    assertTrue(image.take(set, 2));
    CountersFile.write(fd, image);
    return CountersFile.read(Access.OWNER, file());
  }

  @Test
  void whatIsShownIsRead() throws Exception {
    int fd = open();
    assertNull(CountersFile.read(Access.OWNER, temp.resolve("none")));
    assertNull(CountersFile.read(Access.OWNER, file()), "nothing is written yet");
    assertEquals(List.of(), written(fd).readings());
    Object peer = new Object();
    Map<String, String> tags = Map.of("peer", "größer \"b\"", "transport", "shm");
    Counter sent = set.counter(peer, "sent", tags);
    long[] depth = {-1};
    set.level(this, "depth", Map.of(), () -> depth[0]);
    sent.add(Long.MAX_VALUE);
    CountersFile.Content content = written(fd);
    assertEquals(7, content.pid());
    assertEquals(1, content.startedMillis());
    assertEquals(2, content.writtenMillis());
    assertEquals(
        List.of(
            new Reading("sent", tags, false, Long.MAX_VALUE),
            new Reading("depth", Map.of(), true, -1)),
        content.readings());
    assertFalse(image.take(set, 3), "nothing is new");
    depth[0] = 5;
    assertEquals(5, written(fd).readings().get(1).value());
    set.remove(peer);
    assertEquals(List.of(new Reading("depth", Map.of(), true, 5)), written(fd).readings());
    image.forget();
    assertTrue(image.take(set, 4), "another file needs it again");
    Posix.close(fd);
  }

  @Test
  void damageIsRefusedAndNeverMore() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      set.counter(this, "n" + i, Map.of("i", "" + i)).add(i);
    }
    int fd = open();
    written(fd);
    Posix.close(fd);
    byte[] whole = Files.readAllBytes(file());
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j <= random.nextInt(3); j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(damaged, random.nextInt(damaged.length + 1));
      for (byte[] bytes : List.of(damaged, cut)) {
        try {
          assertEquals(20, CountersImage.read(bytes).readings().size());
        } catch (IllegalArgumentException e) {
          assertFalse(e.getMessage().isEmpty());
        }
      }
    }
    Files.write(file(), new byte[] {1, 2, 3});
    IOException refused =
        assertThrows(IOException.class, () -> CountersFile.read(Access.OWNER, file()));
    assertEquals(file() + " shows no counters: it has 3 bytes", refused.getMessage());
  }

  @Test
  void aReaderSeesWholeImagesOnly() throws Exception {
    // Both counters are always the same, while images grow and shrink.
    long[] value = {0};
    set.count(this, "a", Map.of(), () -> value[0]);
    set.count(this, "z", Map.of(), () -> value[0]);
    int fd = open();
    written(fd);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                long last = 0;
                while (!ended.get()) {
                  List<Reading> all = CountersFile.read(Access.OWNER, file()).readings();
                  long a = all.get(0).value();
                  assertEquals(a, all.get(1).value());
                  assertTrue(a >= last, a + " after " + last);
                  last = a;
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    reader.start();
    Object some = new Object();
    for (int i = 1; i < 20_000 && failure.get() == null; i++) {
      value[0] = i;
      if (i % 64 == 0) {
        set.remove(some);
      } else if (i % 2 == 0) {
        set.counter(some, "filler", Map.of("i", "" + i));
      }
      written(fd);
    }
    ended.set(true);
    reader.join();
    assertNull(failure.get());
    Posix.close(fd);
  }
}
