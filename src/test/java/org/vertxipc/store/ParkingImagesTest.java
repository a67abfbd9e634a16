package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.testing.OnOneJdk;

/**
 * Images of the files in which messages wait, as a process leaves them that is killed between any
 * two steps, or a machine that loses its power.
 */
@OnOneJdk
class ParkingImagesTest extends ParkingFixture {
  private static final int PAGE = 256;

  private static final int HEADER = 1024;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FaultTable.Row KILLED =
      FaultTable.row("reader killed as it keeps messages aside, by images");
  private static final FaultTable.Row CUT =
      FaultTable.row("power lost as messages are kept aside, by images of the disk");

  /** The contents of the files on the disk. */
  private static final class Disk {
    private final Map<Path, byte[]> files = new HashMap<>();

    void synced(Path file) {
      try {
        files.put(file, Files.readAllBytes(file));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** Writes a page back, as the kernel may do at any time. */
    void writeBack(Random random) throws IOException {
      for (Map.Entry<Path, byte[]> file : files.entrySet()) {
        byte[] now = Files.readAllBytes(file.getKey());
        int page = random.nextInt((now.length - HEADER) / PAGE + 1) - 1;
        int at = page < 0 ? 0 : HEADER + page * PAGE;
        System.arraycopy(now, at, file.getValue(), at, page < 0 ? HEADER : PAGE);
      }
    }
  }

  /** A run, in which the writer and the reader act in random order. */
  private final class Run {
    private final Random random;
    private final Path directory = directory();
    private final Path store = directory.resolve("reader").resolve("writer.store");
    private final Path parked = directory.resolve("reader").resolve("writer.parked");
    private final Disk disk = new Disk();
    private final Sync sync;
    private final Reader reader;
    private final Writer writer;
    private final Set<Integer> stuck = new HashSet<>();
    private int number;

    Run(long seed, Sync sync) throws IOException {
      this.random = new Random(seed);
      this.sync = sync;
      this.reader = new Reader(directory, sync, () -> disk.synced(parked));
      this.writer = new Writer(directory, sync, () -> disk.synced(store));
      disk.synced(store);
    }

    void step() throws IOException {
      int chance = random.nextInt(20);
      if (chance < 6) {
        int length = random.nextInt(12) == 0 ? random.nextInt(LONG) : random.nextInt(700);
        if (writer.write(number, 4 + length)) {
          if (random.nextInt(15) == 0) {
            stuck.add(number);
          }
          number++;
        }
      } else if (chance < 9) {
        reader.reactor.tick();
      } else if (chance < 14 && !reader.waiting.isEmpty()) {
        List<Integer> waiting = List.copyOf(reader.waiting.keySet());
        int some = waiting.get(random.nextInt(waiting.size()));
        if (stuck.contains(some) ? random.nextInt(30) == 0 : true) {
          reader.done(some);
        }
      } else if (!tasks.isEmpty()) {
        tasks.poll().run();
      }
      // The file exists, empty, as soon as it has its name.
      if (Files.exists(parked) && !disk.files.containsKey(parked)) {
        disk.synced(parked);
      }
    }

    Path image() throws IOException {
      Path image = directory();
      Files.createDirectory(image.resolve("reader"));
      return image;
    }

    void check(Path image, Set<Integer> owed, boolean once) throws IOException {
      List<Runnable> held = new ArrayList<>(tasks);
      tasks.clear();
      Reader next = new Reader(image, sync, () -> {});
      settle(next);
      List<Integer> got = next.delivered;
      assertTrue(got.containsAll(owed), () -> "owed " + owed + ", delivered " + got);
      if (once) {
        assertEquals(got.size(), new HashSet<>(got).size(), () -> "twice: " + got);
        // A message that was done, but not released yet, may come again after others.
        List<Integer> first = got.stream().filter(owed::contains).toList();
        assertEquals(first.stream().sorted().toList(), first, "in order");
      }
      next.close();
      runAll();
      tasks.addAll(held);
    }

    /** Returns what was written and is not done. */
    Set<Integer> owed(Set<Integer> written) {
      Set<Integer> owed = new TreeSet<>(written);
      Set<Integer> done = new HashSet<>(reader.delivered);
      done.removeAll(reader.waiting.keySet());
      owed.removeAll(done);
      return owed;
    }

    void killed() throws IOException {
      Path image = image();
      for (Path file : Arrays.asList(store, parked)) {
        if (Files.exists(file)) {
          Files.copy(file, image.resolve("reader").resolve(file.getFileName()));
        }
      }
      check(image, owed(new TreeSet<>(numbers(0, number))), true);
      KILLED.once();
    }

    void cut() throws IOException {
      Path image = image();
      for (Map.Entry<Path, byte[]> file : disk.files.entrySet()) {
        Path copy = image.resolve("reader").resolve(file.getKey().getFileName());
        Files.createFile(copy, OWNER_ONLY);
        Files.write(copy, file.getValue());
      }
      check(image, owed(writer.safe), false);
      CUT.once();
    }

    void close() {
      reader.close();
      writer.close();
      runAll();
    }
  }

  @Property(tries = 60)
  void aReaderThatIsKilledFindsEachMessageOnce(@ForAll long seed) throws IOException {
    Run run = new Run(seed, Sync.NONE);
    for (int i = 0; i < 1500; i++) {
      run.step();
      if (i % 29 == 0) {
        run.killed();
      }
    }
    run.close();
  }

  @Property(tries = 60)
  void aReaderThatIsKilledAmidSyncsFindsEachMessageOnce(@ForAll long seed) throws IOException {
    Run run = new Run(seed, Sync.MESSAGE);
    for (int i = 0; i < 1500; i++) {
      run.step();
      if (i % 29 == 0) {
        run.killed();
      }
    }
    run.close();
  }

  @Property(tries = 120)
  void whatIsOnTheDiskIsThereWhenThePowerIsBack(@ForAll long seed) throws IOException {
    Run run = new Run(seed, Sync.MESSAGE);
    for (int i = 0; i < 1500; i++) {
      run.step();
      if (run.random.nextInt(3) == 0) {
        run.disk.writeBack(run.random);
      }
      if (i % 37 == 0) {
        run.cut();
      }
    }
    run.close();
  }
}
