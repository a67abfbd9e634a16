package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.ring.RingPoller;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.StepReactor;
import org.vertxipc.ring.CorruptRingException;

/** A reader of a store that is far behind, which reads copies, and one that has caught up. */
class BacklogTest {
  private static final int CAPACITY = 1 << 20;

  @TempDir Path temp;
  private final Queue<Runnable> tasks = StepReactor.tasks();
  private final StepReactor reactor = new StepReactor(tasks, () -> {});
  private final MappedOptions options = new MappedOptions().setFileBytes(CAPACITY);
  private final List<Integer> written = new ArrayList<>();
  private StoreOutbound out;
  private Reader in;

  @BeforeEach
  void open() throws IOException {
    Posix.load();
    StoreFiles files = new StoreFiles(Access.OWNER, options, temp);
    out =
        new StoreOutbound(
            reactor, options, files.openToWrite("reader", "writer", false), new Quiet());
    in = new Reader(files.openToRead("reader", "writer"));
  }

  @AfterEach
  void close() {
    in.store.close();
    out.close(() -> {});
  }

  /** The writer hears nothing of interest. */
  private static final class Quiet implements StoreOutbound.Events {
    @Override
    public void onReaderParked() {
      // The test runs the reader.
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

  /** Takes records, and releases each at once, or nothing. */
  private static final class Reader implements InboundHandler {
    private final StoreInbound store;
    private final List<Integer> read = new ArrayList<>();
    private boolean releases = true;
    private int rooms;
    private Throwable broken;

    private Reader(StoreFile file) {
      store =
          new StoreInbound(
              new RingPoller(
                  new StepReactor(StepReactor.tasks(), () -> {}),
                  new IdleOptions().setStrategy("poll")),
              file);
      store.start(this);
    }

    @Override
    public void onRecord(ByteBuffer buffer, int offset, int length) {
      int number = buffer.getInt(offset);
      assertEquals(read.size(), number);
      assertEquals((byte) (number + length), buffer.get(offset + length - 1));
      read.add(number);
      if (releases) {
        store.release(store.end());
      }
    }

    @Override
    public void onNudge() {
      // There is no peer.
    }

    @Override
    public void onRoomMade() {
      rooms++;
    }

    @Override
    public void onBatchEnd() {
      // There is nothing to do.
    }

    @Override
    public void onBroken(Throwable cause) {
      broken = cause;
    }

    private void readAll() {
      while (broken == null && store.poll(16 * 1024)) {
        assertTrue(store.isReady() || store.isEmpty() || !releases);
      }
    }
  }

  /** Writes until there is no room, or so many. */
  private void write(int count, IntUnaryOperator length) {
    for (int i = 0; i < count; i++) {
      int number = written.size();
      int bytes = length.applyAsInt(number);
      if (!out.write(
          bytes, (to, at) -> to.putInt(at, number).put(at + bytes - 1, (byte) (number + bytes)))) {
        break;
      }
      written.add(number);
    }
    out.flush();
  }

  private void expectAll() {
    in.readAll();
    assertNull(in.broken);
    assertEquals(written, in.read);
    assertTrue(in.store.isEmpty());
  }

  /** Backlogs of all sizes, round and round the ring, of short and of the longest records. */
  @Test
  void aBacklogOfAnySizeIsReadWhole() {
    int longest = CAPACITY / 8 - 8 - Envelope.BYTES;
    List<IntUnaryOperator> lengths =
        List.of(
            i -> 8,
            i -> 256,
            i -> 8 + new Random(i).nextInt(5_000),
            i -> i % 7 == 0 ? longest : 8 + i % 100,
            i -> longest);
    for (IntUnaryOperator length : lengths) {
      for (int count : new int[] {1, 10, 100, 1_000, Integer.MAX_VALUE, 3, Integer.MAX_VALUE}) {
        write(count, length);
        expectAll();
      }
    }
    // So much more than the ring holds was there once.
    assertTrue(written.size() > 40_000, written.size() + " records");
  }

  /** What is written while a copy is read comes behind it. */
  @Test
  void whatComesMeanwhileIsReadToo() {
    Random random = new Random(7);
    for (int turn = 0; turn < 2_000; turn++) {
      write(random.nextInt(300), i -> 8 + i % 400);
      in.store.poll(16 * 1024);
    }
    expectAll();
  }

  /** A writer that waits for room is told once half of it is free, and not for each record. */
  @Test
  void aWriterThatWaitsIsTold() {
    for (int round = 1; round <= 5; round++) {
      write(Integer.MAX_VALUE, i -> 256);
      expectAll();
      assertEquals(round, in.rooms);
    }
  }

  /** What a copy was made of, and is not released, is handed over again to another process. */
  @Test
  void whatWasNotReleasedStays() throws Exception {
    in.releases = false;
    write(2_000, i -> 256);
    in.readAll();
    assertEquals(written, in.read);
    in.store.close();
    StoreFiles files = new StoreFiles(Access.OWNER, options, temp);
    in = new Reader(files.openToRead("reader", "writer"));
    expectAll();
  }

  @Test
  void aTornRecordInABacklogIsFound() throws Exception {
    write(2_000, i -> 256);
    Path file = out.file().path();
    int size = 8 + Envelope.BYTES + 256;
    long at = 1024 + 1_500L * size + 8 + Envelope.BYTES + 100;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), at);
    }
    in.readAll();
    assertEquals(written.subList(0, 1_500), in.read);
    assertTrue(in.broken instanceof CorruptRingException, String.valueOf(in.broken));
    assertTrue(in.broken.getMessage().matches("the record at position \\d+ is torn"));
  }

  /** The producer's position is whatever a hostile one says: the records are what there is. */
  @Test
  void aPositionThatIsWrongIsNoHarm() {
    int tail = 128;
    write(1_000, i -> 256);
    long right = out.file().buffer().getLong(tail);
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, right + 300_000}) {
      out.file().buffer().putLong(tail, wrong);
      in.store.poll(16 * 1024);
    }
    out.file().buffer().putLong(tail, right);
    expectAll();
  }

  /** Somebody truncated the file: this ends it, as when it is read through the mapping. */
  @Test
  void aTruncatedFileEndsIt() throws Exception {
    write(2_000, i -> 256);
    Path file = out.file().path();
    in.store.poll(16 * 1024);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(4096);
    }
    // Whether it is ready is for the poller to ask, which raises a fault of that question itself.
    while (in.broken == null) {
      in.store.poll(16 * 1024);
    }
    assertTrue(in.broken instanceof CorruptRingException, String.valueOf(in.broken));
    String expected = "somebody truncated a file in use: " + file + " holds 4096 bytes";
    assertTrue(in.broken.getMessage().startsWith(expected), in.broken.getMessage());
    assertEquals(written.subList(0, in.read.size()), in.read);
  }
}
