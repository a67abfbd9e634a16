package org.vertxipc.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.journal.JournalReader.Start;
import org.vertxipc.posix.PosixException;

/** What is exactly at a bound of a journal's file, and what is left when something was refused. */
class JournalEdgesTest {
  private static final int FILE = 4096;

  @TempDir Path temp;
  private final ByteBuffer source = ByteBuffer.allocate(2 * FILE);

  JournalEdgesTest() {
    Arrays.fill(source.array(), (byte) 0x55);
  }

  private JournalDirectory directory() {
    return new JournalDirectory(temp.resolve("log"));
  }

  private JournalReader reader(Start start, long position) throws IOException {
    return JournalReader.open(directory(), start, position);
  }

  private static String message(Class<? extends Exception> type, Action action) {
    return assertThrows(type, action::run).getMessage();
  }

  /** What may fail. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  /** Neither a descriptor nor a mapping stays, whether a journal was closed or refused. */
  @AfterEach
  void nothingIsHeld() throws IOException {
    String path = temp.toRealPath().toString();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          assertFalse(target.startsWith(path), target);
        }
      }
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      assertFalse(line.contains(path), line);
    }
  }

  private static List<String> all(JournalReader reader) throws IOException {
    List<String> records = new ArrayList<>();
    JournalReader.RecordHandler handler =
        (position, time, b, at, length) ->
            records.add(position + ":" + time + ":" + length + ":" + b.get(at + length - 1));
    while (true) {
      int before = records.size();
      int count = reader.poll(handler, 3);
      assertEquals(records.size() - before, count);
      if (count == 0) {
        if (!reader.isAtEndOfFile()) {
          return records;
        }
        reader.next();
      }
    }
  }

  private long append(JournalWriter writer, int length, long time) throws IOException {
    return writer.append(source, 0, length, time);
  }

  /** Whatever the size of a file is: the longest payload fits into an empty one, with its end. */
  @Test
  void theLongestPayloadFitsIntoAnEmptyFile() throws Exception {
    for (int size = FILE; size < FILE + 9; size++) {
      JournalDirectory directory = new JournalDirectory(temp.resolve("of" + size));
      try (JournalWriter writer = JournalWriter.open(directory, size)) {
        int max = writer.maxPayload();
        assertTrue(max > size - 64 - 16 - 8 - 8 && max <= size - 64 - 16 - 8, "size " + size);
        assertEquals(64, append(writer, max, 1), "size " + size);
        assertEquals(JournalWriter.NEXT_FILE, append(writer, 1, 2));
        writer.rotate(writer.prepare(writer.nextBase()));
        assertEquals(size + 64, append(writer, max, 3), "size " + size);
        assertThrows(IllegalArgumentException.class, () -> append(writer, max + 1, 4));
        assertThrows(IllegalArgumentException.class, () -> append(writer, 0, 4));
        try (JournalReader reader = JournalReader.open(directory, Start.BEGINNING, 0)) {
          assertEquals(
              List.of("64:1:" + max + ":85", size + 64 + ":3:" + max + ":85"), all(reader));
        }
      }
    }
  }

  @Test
  void aRecordThatFillsTheFileIsWritten() throws Exception {
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      assertEquals(64, append(writer, 1000, 1));
      int left = FILE - 64 - 1016 - 8 - 16;
      assertEquals(JournalWriter.NEXT_FILE, append(writer, left + 1, 2));
      assertEquals((64 + 1016.0) / FILE, writer.fill());
      assertEquals(64 + 1016, append(writer, left, 2));
      assertEquals(FILE - 8, writer.position());
      assertEquals(JournalWriter.NEXT_FILE, append(writer, 1, 3));
      assertEquals((FILE - 8.0) / FILE, writer.fill());
      assertEquals(FILE, writer.nextBase());
      writer.sync();
      writer.sync();
    }
  }

  @Test
  void aReaderKnowsWhereItIsAndWhatComes() throws Exception {
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      long first = append(writer, 10, 1000);
      long second = append(writer, 10, 2000);
      try (JournalReader reader = reader(Start.BEGINNING, 0)) {
        assertEquals(first, reader.position());
        assertEquals(1000, reader.nextTime());
        assertEquals(1, reader.poll((position, time, b, at, length) -> true, 1));
        assertEquals(second, reader.position());
        assertEquals(2000, reader.nextTime());
        // It takes one, and no more now.
        assertEquals(1, reader.poll((position, time, b, at, length) -> false, 9));
        assertEquals(-1, reader.nextTime());
        assertFalse(reader.isAtEndOfFile());
        writer.rotate(writer.prepare(writer.nextBase()));
        append(writer, 10, 3000);
        assertEquals(-1, reader.nextTime());
        assertTrue(reader.isAtEndOfFile());
        assertEquals(0, reader.poll((position, time, b, at, length) -> true, 9));
        reader.next();
        assertEquals(3000, reader.nextTime());
        assertEquals(0, reader.skipped());
      }
    }
  }

  @Test
  void aReaderStartsWhereARecordMayStart() throws Exception {
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      append(writer, 10, 1);
      long behind = writer.position();
      writer.rotate(writer.prepare(writer.nextBase()));
      append(writer, 10, 2);
      long[] good = {0, 64, behind, FILE, FILE + 64, FILE + behind};
      List<List<String>> found = new ArrayList<>();
      for (long position : good) {
        try (JournalReader reader = reader(Start.POSITION, position)) {
          found.add(all(reader));
        }
      }
      List<String> both = List.of("64:1:10:85", FILE + 64 + ":2:10:85");
      List<String> last = List.of(both.get(1));
      assertEquals(List.of(both, both, last, last, last, List.of()), found);
      for (long position : new long[] {1, 63, 65, behind + 8, FILE - 8, FILE + 1, 3L * FILE}) {
        assertEquals(
            "No record of the journal in " + directory() + " starts at position " + position,
            message(IOException.class, () -> reader(Start.POSITION, position).close()));
      }
    }
  }

  @Test
  void whatIsGoneIsCounted() throws Exception {
    try (JournalWriter writer = JournalWriter.open(directory(), FILE);
        JournalReader reader = reader(Start.BEGINNING, 0)) {
      for (int i = 0; i < 4; i++) {
        append(writer, 10, i);
        writer.rotate(writer.prepare(writer.nextBase()));
      }
      directory().retain(2);
      assertEquals(
          List.of("64:0:10:85", 3 * FILE + 64 + ":3:10:85"), all(reader), "of the first and last");
      assertEquals(2 * FILE, reader.skipped());
      assertEquals(
          "Position 64 of the journal in "
              + directory()
              + " is gone; the oldest one left is "
              + (3 * FILE + 64),
          message(IOException.class, () -> reader(Start.POSITION, 64).close()));
    }
  }

  /** Its end is written, and the file that follows never got its name. */
  @Test
  void aFullFileThatHasNoSuccessorGetsOne() throws Exception {
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      append(writer, 10, 1);
      writer.rotate(writer.prepare(writer.nextBase()));
    }
    Files.delete(directory().file(FILE));
    try (JournalReader reader = reader(Start.BEGINNING, 0)) {
      assertEquals(
          "The journal in " + directory() + " has no file for position " + FILE,
          message(IOException.class, () -> all(reader)));
    }
    try (JournalWriter writer = JournalWriter.open(directory(), FILE);
        JournalReader reader = reader(Start.BEGINNING, 0)) {
      assertFalse(writer.wasCut());
      assertEquals(FILE + 64, append(writer, 10, 2));
      assertEquals(List.of("64:1:10:85", FILE + 64 + ":2:10:85"), all(reader));
    }
  }

  /** The bytes behind what was cut are old: they do not come back behind a new record. */
  @Test
  void nothingOfWhatWasCutIsSeenAgain() throws Exception {
    List<Long> positions = new ArrayList<>();
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      for (int i = 0; i < 5; i++) {
        positions.add(append(writer, 100, i));
      }
    }
    try (FileChannel file = FileChannel.open(directory().file(0), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {9}), positions.get(2) + 20);
    }
    try (JournalWriter writer = JournalWriter.open(directory(), FILE);
        JournalReader reader = reader(Start.BEGINNING, 0)) {
      assertTrue(writer.wasCut());
      assertEquals(2, all(reader).size());
      assertEquals(positions.get(2), append(writer, 10, 7));
      assertEquals(List.of(positions.get(2) + ":7:10:85"), all(reader));
    }
  }

  /** Lengths that would reach behind the file, or before it. */
  @Test
  void aRecordThatCanNotBeInTheFileIsTorn() throws Exception {
    for (int length : new int[] {-2, FILE - 64 - 16 - 8 + 1, FILE, Integer.MAX_VALUE}) {
      try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
        assertEquals(64, append(writer, 10, 1));
      }
      ByteBuffer header = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length);
      try (FileChannel file = FileChannel.open(directory().file(0), StandardOpenOption.WRITE)) {
        file.write(header, 64);
      }
      try (JournalReader reader = reader(Start.BEGINNING, 0)) {
        assertEquals(
            "The record at position 64 of the journal in " + directory() + " is torn",
            message(IOException.class, () -> all(reader)));
      }
      try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
        assertTrue(writer.wasCut());
        assertEquals(64, writer.position());
      }
    }
  }

  @Test
  void whatIsRefusedLeavesNothing() throws Exception {
    String none = "There is no journal in " + directory();
    assertEquals(none, message(IOException.class, () -> reader(Start.BEGINNING, 0).close()));
    Files.createFile(temp.resolve("log"));
    assertEquals(none, message(IOException.class, () -> reader(Start.BEGINNING, 0).close()));
    Files.delete(temp.resolve("log"));
    // No file of no bytes can be made.
    assertThrows(PosixException.class, () -> JournalWriter.open(directory(), 0).close());
    assertFalse(Files.exists(directory().draft(0)));
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      assertEquals(
          "The journal in " + directory() + " already has a writer",
          message(IOException.class, () -> JournalWriter.open(directory(), FILE).close()));
      JournalFile next = writer.prepare(writer.nextBase());
      assertEquals(directory().draft(FILE), next.path());
      assertTrue(Files.exists(next.path()));
      writer.discard(next);
      assertFalse(Files.exists(directory().draft(FILE)));
    }
  }

  @Test
  void filesThatAreTooShortOrTooLongAreRefused() throws Exception {
    directory().ensure();
    Path file = directory().file(0);
    Object[][] sizes = {
      {79L, ": 79 bytes"},
      {80L, ""},
      {(long) Integer.MAX_VALUE, ""},
      {1L << 31, ": 2147483648 bytes"},
    };
    for (Object[] row : sizes) {
      Files.deleteIfExists(file);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        // A hole, which takes no room.
        channel.write(ByteBuffer.allocate(1), (long) row[0] - 1);
      }
      assertEquals(
          file + " is not a journal file" + row[1],
          message(IOException.class, () -> reader(Start.BEGINNING, 0).close()));
    }
  }

  /** Somebody truncated it, while both ends had it mapped. */
  @Test
  void aFileThatIsGoneFromUnderBothEndsIsSaidSo() throws Exception {
    try (JournalWriter writer = JournalWriter.open(directory(), 1 << 16);
        JournalReader reader = reader(Start.BEGINNING, 0)) {
      append(writer, 10, 1);
      Path file = directory().file(0);
      byte[] before = Files.readAllBytes(file);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      String expected = file + " holds 0 bytes, expected at least 65536";
      // Often, because compiled code is told of a fault late.
      for (int i = 0; i < 200; i++) {
        IOException e = assertThrows(IOException.class, () -> append(writer, 10, 2));
        assertEquals(expected, e.getMessage());
        assertTrue(e.getSuppressed()[0] instanceof InternalError);
        assertEquals(
            expected,
            message(
                IOException.class, () -> reader.poll((position, time, b, at, length) -> true, 9)));
        assertEquals(expected, message(IOException.class, reader::nextTime));
        assertEquals(expected, message(IOException.class, reader::isAtEndOfFile));
      }
      assertEquals(1 << 16, before.length);
      assertArrayEquals(new byte[0], Files.readAllBytes(file));
    }
  }
}
