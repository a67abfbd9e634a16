package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.AfterEach;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.StepReactor;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.FrameSender;
import org.vertxipc.wire.FrameWriter;
import org.vertxipc.wire.MessageDecoder;
import org.vertxipc.wire.MessageEncoder;
import org.vertxipc.wire.SerializableBodies;

/**
 * The files of a writer and a reader without processes, in which messages wait while others pass.
 */
abstract class ParkingFixture {
  static final int CAPACITY = 16 * 1024;

  static final int LONG = 5_000;

  final SerializableBodies none = SerializableBodies.of(List.of());
  final List<Path> directories = new ArrayList<>();

  final Queue<Runnable> tasks = StepReactor.tasks();

  @AfterEach
  @AfterTry
  void remove() throws IOException {
    for (Path directory : directories) {
      OtherUsers.delete(directory);
    }
    directories.clear();
    tasks.clear();
  }

  Path directory() throws IOException {
    Posix.load();
    // The files are in memory, because this class simulates what the disk knows.
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "vertx-ipc-parking");
    directories.add(directory);
    return directory;
  }

  static MappedOptions config(Sync sync) {
    String fsync = sync.name().toLowerCase(Locale.ROOT);
    return new MappedOptions().setFileBytes(CAPACITY).setFsync(fsync).setFsyncMillis(1);
  }

  static StoreSettings settings(Sync sync) {
    BusOptions options =
        new BusOptions()
            .setIdle(new IdleOptions().setStrategy("poll"))
            .setMapped(config(sync))
            .setMaxMessageBytes(1 << 20)
            .setSendQueueBytes(1 << 20);
    return new StoreSettings(Access.OWNER, "reader", true, false, options);
  }

  /** The side of the writer. */
  final class Writer implements StoreOutbound.Events {
    final StoreOutbound store;
    final FrameSender sender;
    final MessageEncoder encoder = new MessageEncoder(none);
    final Set<Integer> safe = new TreeSet<>();

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
      // The writer checks at intervals.
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

  /** The side of the reader. */
  final class Reader implements StoredInbox.Owner {
    final StoreFiles files;
    final StepReactor reactor;
    final StoredInbox inbox;
    final MessageDecoder decoder = new MessageDecoder(none);
    final List<Integer> delivered = new ArrayList<>();
    final Map<Integer, Runnable> waiting = new TreeMap<>();
    final Set<Integer> again = new HashSet<>();
    long sequence = -1;

    Reader(Path directory, Sync sync, Runnable synced) throws IOException {
      files = new StoreFiles(Access.OWNER, config(sync), directory);
      reactor = new StepReactor(tasks, synced);
      StoreSettings settings = settings(sync);
      RingPoller poller = new RingPoller(reactor, settings.options().getIdle());
      StoreFile file = files.openToRead("reader", "writer");
      StoreInbound store = new StoreInbound(poller, file);
      // A turn does as little as possible, so that there are many states in between.
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
      // The writer of the store comes back.
    }

    @Override
    public void broken(StoredInbox inbox, StoreFile file, Throwable why) {
      throw new AssertionError(file.path() + " is broken", why);
    }

    void close() {
      inbox.close(() -> {});
    }
  }

  void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  void settle(Reader reader) {
    for (int i = 0; i < 3; i++) {
      reader.reactor.tick();
      runAll();
    }
  }

  static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
