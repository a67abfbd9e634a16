package org.vertxipc.testing.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * What one life of a node did and saw, in a mapped file: entries survive when the process is
 * killed, and need no system call. An entry is valid when its first int is written; one that was
 * being written when the process was killed is skipped. May be used on any thread.
 *
 * <p>The header tells another process how far this one is: its state, how many requests wait, and
 * how many probes that ask a peer how far it has read were answered.
 */
@SuppressWarnings("EnumOrdinal") // The reader of a ledger is of the same build as its writer.
public final class Ledger {
  static final int RECORD = 32;
  private static final int HEAD = 4096;
  private static final int BYTES = 1 << 27;
  private static final int POSITION = 8;
  private static final int STATE = 16;
  private static final int HUSHED = 24;
  private static final int WAITING = 32;
  private static final int SEEN = 40;
  private static final int ANSWERS = 64;
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final LedgerEntry.Kind[] KINDS = LedgerEntry.Kind.values();
  private static final LedgerEntry.State[] STATES = LedgerEntry.State.values();

  private final MappedByteBuffer map;

  /** Opens a ledger; makes it if there is none. Only what is written takes room on the disk. */
  public Ledger(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      map = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
      map.order(ByteOrder.nativeOrder());
    }
  }

  /** Takes room for an entry, and writes it later; a process killed in between leaves zeros. */
  int begin() {
    long offset = (long) LONGS.getAndAdd(map, POSITION, (long) RECORD);
    if (offset + RECORD > BYTES - HEAD) {
      throw new IllegalStateException("The ledger is full: the run is too long for it");
    }
    return HEAD + (int) offset;
  }

  /** Writes an entry. */
  void add(LedgerEntry.Kind kind, int detail, int number, long id, long time, long extra) {
    int at = begin();
    map.putInt(at + 4, number);
    map.putLong(at + 8, id);
    map.putLong(at + 16, time);
    map.putLong(at + 24, extra);
    if (kind != LedgerEntry.Kind.STALLED) {
      LONGS.getAndAdd(map, SEEN, 1L);
    }
    INTS.setRelease(map, at, kind.ordinal() + 1 | detail << 8);
  }

  void add(LedgerEntry.Kind kind, int detail, int number, long id) {
    add(kind, detail, number, id, System.nanoTime(), 0);
  }

  void add(LedgerEntry.Kind kind, Enum<?> detail, int number, long id, long time, long extra) {
    add(kind, detail.ordinal(), number, id, time, extra);
  }

  void add(LedgerEntry.Kind kind, Enum<?> detail, int number, long id) {
    add(kind, detail.ordinal(), number, id);
  }

  void change(LedgerEntry.Change change, int address, int consumer, boolean local) {
    add(LedgerEntry.Kind.CHANGE, change, consumer, address, System.nanoTime(), local ? 1 : 0);
  }

  /** Records a state, also in the header. */
  void state(LedgerEntry.State state) {
    add(LedgerEntry.Kind.STATE, state, 0, 0);
    LONGS.setRelease(map, STATE, (long) state.ordinal());
  }

  LedgerEntry.State state() {
    return STATES[(int) (long) LONGS.getAcquire(map, STATE)];
  }

  /** Records that from now on nothing new is sent, and nothing is changed. */
  void hushed() {
    LONGS.setRelease(map, HUSHED, 1L);
  }

  boolean isHushed() {
    return (long) LONGS.getAcquire(map, HUSHED) != 0;
  }

  /** Changes the number of requests that wait. */
  void waiting(int more) {
    LONGS.getAndAdd(map, WAITING, (long) more);
  }

  long waiting() {
    return (long) LONGS.getAcquire(map, WAITING);
  }

  /** Records that a peer has said how far it has read. */
  void answered(int peer) {
    LONGS.getAndAdd(map, ANSWERS + 8 * peer, 1L);
  }

  long answers(int peer) {
    return (long) LONGS.getAcquire(map, ANSWERS + 8 * peer);
  }

  /** Returns how many entries are written, without those of threads that stood still. */
  long count() {
    return (long) LONGS.getAcquire(map, SEEN);
  }

  /** Reads what is written, in the order in which it was begun. */
  static void read(Path file, Consumer<LedgerEntry> reader) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < HEAD) {
        return; // It was killed before it had made it.
      }
      ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      in.order(ByteOrder.nativeOrder());
      int end = HEAD + (int) Math.min(in.getLong(POSITION), BYTES - HEAD);
      for (int at = HEAD; at + RECORD <= end; at += RECORD) {
        int tag = (int) INTS.getAcquire(in, at);
        if (tag != 0) {
          reader.accept(
              new LedgerEntry(
                  KINDS[(tag & 255) - 1],
                  tag >>> 8,
                  in.getInt(at + 4),
                  in.getLong(at + 8),
                  in.getLong(at + 16),
                  in.getLong(at + 24)));
        }
      }
    }
  }
}
