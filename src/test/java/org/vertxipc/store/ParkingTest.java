package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
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
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.faults.FaultTable;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * Messages that wait while others pass, in the files of a writer and a reader without processes;
 * and images of these files, as a process leaves them that is killed between any two steps, or a
 * machine that loses its power.
 */
class ParkingTest {
  private static final int CAPACITY = 16 * 1024;
  private static final int PAGE = 256;
  private static final int HEADER = 1024;
  private static final int LONG = 5_000;
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final FaultTable.Row KILLED =
      FaultTable.row("reader killed as it keeps messages aside, by images");
  private static final FaultTable.Row CUT =
      FaultTable.row("power lost as messages are kept aside, by images of the disk");

  private final SerializableBodies none = SerializableBodies.of(List.of());
  private final List<Path> directories = new ArrayList<>();
  private final Queue<Runnable> tasks = StepReactor.tasks();

  @AfterEach
  @AfterTry
  void remove() throws IOException {
    for (Path directory : directories) {
      OtherUsers.delete(directory);
    }
    directories.clear();
    tasks.clear();
  }

  private Path directory() throws IOException {
    Posix.load();
    // In memory: what the disk knows is played here.
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-parking");
    directories.add(directory);
    return directory;
  }

  private static MappedOptions config(Sync sync) {
    String fsync = sync.name().toLowerCase(Locale.ROOT);
    return new MappedOptions().setFileBytes(CAPACITY).setFsync(fsync).setFsyncMillis(1);
  }

  private static StoreSettings settings(Sync sync) {
    BusOptions options =
        new BusOptions()
            .setIdle(new IdleOptions().setStrategy("poll"))
            .setMapped(config(sync))
            .setMaxMessageBytes(1 << 20)
            .setSendQueueBytes(1 << 20);
    return new StoreSettings(Access.OWNER, "reader", true, false, options);
  }

  /** The writer's side. */
  private final class Writer implements StoreOutbound.Events {
    private final StoreOutbound store;
    private final FrameSender sender;
    private final MessageEncoder encoder = new MessageEncoder(none);
    private final Set<Integer> safe = new TreeSet<>();

    Writer(Path directory, Sync sync, Runnable synced) throws IOException {
      StoreFiles files = new StoreFiles(Access.OWNER, config(sync), directory);
      StepReactor reactor = new StepReactor(tasks, synced);
      store =
          new StoreOutbound(
              reactor, config(sync), files.openToWrite("reader", "writer", false), this);
      sender = new FrameSender(store, 0);
    }

    boolean write(int number, int length) {
      Buffer body = Buffer.buffer(new byte[length]).setInt(0, number);
      encoder.to(FrameKind.SEND, 0, 0).stored("t", 0).body(null, body);
      if (!sender.fits(encoder.length())) {
        return false;
      }
      sender.offer(encoder, written -> store.whenSafe(s -> safe.add(number)));
      store.flush();
      return true;
    }

    void offer(FrameWriter frame) {
      assertTrue(sender.offer(frame));
      store.flush();
    }

    void close() {
      store.close(() -> {});
    }

    @Override
    public void onReaderParked() {
      // It looks now and then.
    }

    @Override
    public void onRoom() {
      // It tries again.
    }

    @Override
    public void onBroken(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  /** The reader's side. */
  private final class Reader implements StoredInbox.Owner {
    private final StoreFiles files;
    private final StepReactor reactor;
    private final StoredInbox inbox;
    private final MessageDecoder decoder = new MessageDecoder(none);
    private final List<Integer> delivered = new ArrayList<>();
    private final Map<Integer, Runnable> waiting = new TreeMap<>();
    private final Set<Integer> again = new HashSet<>();
    private long sequence = -1;

    Reader(Path directory, Sync sync, Runnable synced) throws IOException {
      files = new StoreFiles(Access.OWNER, config(sync), directory);
      reactor = new StepReactor(tasks, synced);
      StoreSettings settings = settings(sync);
      RingPoller poller = new RingPoller(reactor, settings.options().getIdle());
      StoreFile file = files.openToRead("reader", "writer");
      StoreInbound store = new StoreInbound(poller, file);
      // As little as possible in a turn, so that there is much in between.
      inbox = new StoredInbox(reactor, settings, this, "writer", store, 1);
      if (files.hasParked("reader", "writer")) {
        StoreFile parked = files.openParked("reader", "writer", CAPACITY);
        inbox.start(parked, new ParkedScan(parked));
      } else {
        inbox.start();
      }
    }

    @Override
    public void stored(StoredMessage from, Frame frame) {
      int number = ((Buffer) decoder.wrap(frame).body()).getInt(0);
      if (!from.redelivered()) {
        assertTrue(from.sequence() > sequence, "numbers grow");
        sequence = from.sequence();
      }
      delivered.add(number);
      waiting.put(number, from.done());
      if (from.redelivered()) {
        again.add(number);
      }
    }

    void done(int number) {
      waiting.remove(number).run();
    }

    @Override
    public void openParked(StoredInbox inbox, int capacity) {
      tasks.add(
          () -> {
            try {
              inbox.parking().open(files.openParked("reader", "writer", capacity));
            } catch (IOException e) {
              inbox.parking().notOpened(e);
            }
          });
    }

    @Override
    public void roomMade(String writer) {
      // It tries again and again.
    }

    @Override
    public void emptied(StoredInbox inbox) {
      // Its writer comes back.
    }

    @Override
    public void broken(StoredInbox inbox, StoreFile file, Throwable why) {
      throw new AssertionError(file.path() + " is broken", why);
    }

    void close() {
      inbox.close(() -> {});
    }
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void settle(Reader reader) {
    for (int i = 0; i < 3; i++) {
      reader.reactor.tick();
      runAll();
    }
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void whatWaitsIsPassedOver() throws Exception {
    Path directory = directory();
    Reader reader = new Reader(directory, Sync.NONE, () -> {});
    Writer writer = new Writer(directory, Sync.NONE, () -> {});
    assertTrue(writer.write(0, 100));
    int number = 1;
    // A hundred times what the file holds.
    for (int bytes = 0; bytes < 100 * CAPACITY; bytes += 500) {
      assertTrue(writer.write(number, 500), "message " + number);
      settle(reader);
      reader.done(number++);
    }
    assertEquals(numbers(0, number), reader.delivered);
    assertEquals(Set.of(0), reader.waiting.keySet());
    reader.close();
    writer.close();
    Reader next = new Reader(directory, Sync.NONE, () -> {});
    settle(next);
    assertEquals(0, next.delivered.get(0));
    assertTrue(next.again.containsAll(next.delivered), "marked");
    List.copyOf(next.waiting.keySet()).forEach(next::done);
    settle(next);
    next.close();
    assertFalse(Files.exists(directory.resolve("reader").resolve("writer.parked")), "removed");
    Reader last = new Reader(directory, Sync.NONE, () -> {});
    settle(last);
    assertEquals(List.of(), last.delivered);
    last.close();
  }

  @Test
  void whenAllIsFullTheWriterWaitsAndGoesOnWhenThereIsRoom() throws Exception {
    Path directory = directory();
    Reader reader = new Reader(directory, Sync.NONE, () -> {});
    Writer writer = new Writer(directory, Sync.NONE, () -> {});
    int number = 0;
    for (int tries = 0; tries < 3; tries++) {
      while (writer.write(number, 500)) {
        number++;
      }
      settle(reader);
    }
    // One file and most of another.
    assertTrue(number * 500 > CAPACITY * 5 / 4, "stored " + number);
    assertFalse(writer.write(number, 500));
    List.copyOf(reader.waiting.keySet()).forEach(reader::done);
    settle(reader);
    assertTrue(writer.write(number, 500));
    settle(reader);
    assertEquals(numbers(0, number + 1), reader.delivered);
    reader.close();
    writer.close();
  }

  @Test
  void whatIsNoStoredMessageIsPassedOverAndCounted() throws Exception {
    Path directory = directory();
    Reader reader = new Reader(directory, Sync.NONE, () -> {});
    Writer writer = new Writer(directory, Sync.NONE, () -> {});
    assertTrue(writer.write(0, 100));
    writer.offer(ControlFrames.bare(FrameKind.BYE));
    writer.offer(writer.encoder.to(FrameKind.SEND, 1, 0).body(null, "to a number"));
    // In pieces, too.
    writer.offer(writer.encoder.to(FrameKind.SEND, 1, 0).body(null, new byte[LONG]));
    writer.offer(
        writer.encoder.to(FrameKind.REQUEST, 0, 1).stored("t", 0).body(null, "no request waits"));
    assertTrue(writer.write(1, LONG));
    settle(reader);
    assertEquals(List.of(0, 1), reader.delivered);
    assertEquals(4, reader.inbox.skipped());
    // They are not in the way of anything either.
    reader.done(0);
    reader.done(1);
    reader.close();
    writer.close();
    Reader next = new Reader(directory, Sync.NONE, () -> {});
    settle(next);
    assertEquals(List.of(), next.delivered);
    assertEquals(0, next.inbox.skipped());
    next.close();
  }

  /** What the disk holds of the files. */
  private static final class Disk {
    private final Map<Path, byte[]> files = new HashMap<>();

    void synced(Path file) {
      try {
        files.put(file, Files.readAllBytes(file));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** The kernel writes a page back when it likes. */
    void writeBack(Random random) throws IOException {
      for (Map.Entry<Path, byte[]> file : files.entrySet()) {
        byte[] now = Files.readAllBytes(file.getKey());
        int page = random.nextInt((now.length - HEADER) / PAGE + 1) - 1;
        int at = page < 0 ? 0 : HEADER + page * PAGE;
        System.arraycopy(now, at, file.getValue(), at, page < 0 ? HEADER : PAGE);
      }
    }
  }

  /** One run: the writer and the reader do what they do in any order. */
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
      // It is there, empty, as soon as it has its name.
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
        // One that was done, but not released yet, may come again behind others.
        List<Integer> first = got.stream().filter(owed::contains).toList();
        assertEquals(first.stream().sorted().toList(), first, "in order");
      }
      next.close();
      runAll();
      tasks.addAll(held);
    }

    /** What was written and is not done. */
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
