package org.vertxipc.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.journal.JournalReader.Start;

/** Tests the files of a journal: appended to, followed, torn and repaired. */
class JournalTest {
  private static final int FILE = 4096;

  @TempDir Path temp;
  private final ByteBuffer source = ByteBuffer.allocate(FILE);

  private JournalDirectory directory() {
    return new JournalDirectory(temp.resolve("log"));
  }

  private long append(JournalWriter writer, int number) throws IOException {
    source.putInt(0, number);
    int length = 4 + new Random(number).nextInt(300);
    long position = writer.append(source, 0, length, number);
    if (position == JournalWriter.NEXT_FILE) {
      writer.rotate(writer.prepare(writer.nextBase()));
      position = writer.append(source, 0, length, number);
    }
    return position;
  }

  private static List<Integer> read(JournalReader reader) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    JournalReader.RecordHandler handler =
        (position, time, b, at, length) -> {
          // These are written in the byte order of the source, and read in that of the file.
          assertEquals(time, Integer.reverseBytes(b.getInt(at)));
          numbers.add((int) time);
          return true;
        };
    while (true) {
      if (reader.poll(handler, 7) == 0) {
        if (!reader.isAtEndOfFile()) {
          return numbers;
        }
        reader.next();
      }
    }
  }

  private static List<Integer> numbers(int from, int to) {
    List<Integer> all = new ArrayList<>();
    for (int i = from; i < to; i++) {
      all.add(i);
    }
    return all;
  }

  @Test
  void readersStartWhereTheyLikeAndFollow() throws Exception {
    List<Long> positions = new ArrayList<>();
    JournalWriter writer = JournalWriter.open(directory(), FILE);
    for (int i = 0; i < 100; i++) {
      positions.add(append(writer, i));
    }
    JournalReader all = JournalReader.open(directory(), Start.BEGINNING, 0);
    JournalReader live = JournalReader.open(directory(), Start.END, 0);
    JournalReader some = JournalReader.open(directory(), Start.POSITION, positions.get(40));
    assertEquals(numbers(0, 100), read(all));
    assertEquals(List.of(), read(live));
    assertEquals(numbers(40, 100), read(some));
    for (int i = 100; i < 200; i++) {
      append(writer, i);
    }
    for (JournalReader reader : List.of(all, live, some)) {
      assertEquals(numbers(100, 200), read(reader));
      reader.close();
    }
    IOException e =
        assertThrows(
            IOException.class,
            () -> JournalReader.open(directory(), Start.POSITION, positions.get(40) + 8));
    assertTrue(e.getMessage().contains("No record of the journal in"), e.getMessage());
    writer.close();
  }

  @Test
  void thereIsOneWriterAndItGoesOnWhereTheLastEnded() throws Exception {
    JournalWriter first = JournalWriter.open(directory(), FILE);
    append(first, 0);
    IOException e = assertThrows(IOException.class, () -> JournalWriter.open(directory(), FILE));
    assertTrue(e.getMessage().endsWith("already has a writer"), e.getMessage());
    first.close();
    JournalWriter second = JournalWriter.open(directory(), FILE);
    assertFalse(second.wasCut());
    append(second, 1);
    second.close();
    assertEquals(List.of(0, 1), read(JournalReader.open(directory(), Start.BEGINNING, 0)));
  }

  @Test
  void theOldestFilesGo() throws Exception {
    JournalWriter writer = JournalWriter.open(directory(), FILE);
    JournalReader slow = JournalReader.open(directory(), Start.BEGINNING, 0);
    for (int i = 0; i < 200; i++) {
      append(writer, i);
    }
    directory().retain(2);
    assertEquals(2, directory().bases().size());
    IOException e =
        assertThrows(IOException.class, () -> JournalReader.open(directory(), Start.POSITION, 64));
    assertTrue(e.getMessage().contains("is gone; the oldest one left is "), e.getMessage());
    List<Integer> got = read(slow);
    assertEquals(0, got.get(0), "the file that it had open");
    assertEquals(199, got.get(got.size() - 1));
    assertTrue(slow.skipped() > 0 && got.size() < 200);
    writer.close();
  }

  @Test
  void whatIsTornIsCut() throws Exception {
    JournalWriter writer = JournalWriter.open(directory(), 1 << 16);
    List<Long> positions = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      positions.add(append(writer, i));
    }
    writer.close();
    try (FileChannel file = FileChannel.open(directory().file(0), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {9, 9, 9, 9, 9}), positions.get(12) + 18);
    }
    JournalReader early = JournalReader.open(directory(), Start.BEGINNING, 0);
    IOException e = assertThrows(IOException.class, () -> read(early));
    assertTrue(e.getMessage().contains("position " + positions.get(12)), e.getMessage());
    JournalWriter again = JournalWriter.open(directory(), 1 << 16);
    assertTrue(again.wasCut());
    assertEquals((long) positions.get(12), append(again, 100));
    List<Integer> expected = numbers(0, 12);
    expected.add(100);
    assertEquals(expected, read(JournalReader.open(directory(), Start.BEGINNING, 0)));
    again.close();
  }

  @Test
  void aWriterThatDiedBetweenTwoFilesGoesOn() throws Exception {
    JournalWriter writer = JournalWriter.open(directory(), FILE);
    for (int i = 0; i < 100; i++) {
      append(writer, i);
    }
    long next = writer.nextBase();
    // The file was made, and never given its name.
    writer.prepare(next).close();
    writer.close();
    JournalWriter again = JournalWriter.open(directory(), FILE);
    for (int i = 100; i < 200; i++) {
      append(again, i);
    }
    again.close();
    assertEquals(numbers(0, 200), read(JournalReader.open(directory(), Start.BEGINNING, 0)));
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    Files.createDirectory(temp.resolve("log"));
    assertTrue(
        assertThrows(IOException.class, () -> JournalReader.open(directory(), Start.END, 0))
            .getMessage()
            .startsWith("There is no journal in"));
    Files.write(directory().file(0), new byte[10]);
    assertTrue(
        assertThrows(IOException.class, () -> JournalWriter.open(directory(), FILE))
            .getMessage()
            .endsWith("is not a journal file: 10 bytes"));
    Files.write(directory().file(0), new byte[1000]);
    assertTrue(
        assertThrows(IOException.class, () -> JournalWriter.open(directory(), FILE))
            .getMessage()
            .endsWith("is not a journal file"));
    Files.delete(directory().file(0));
    JournalWriter writer = JournalWriter.open(directory(), FILE);
    writer.close();
    Files.copy(directory().file(0), directory().file(4096));
    assertTrue(
        assertThrows(IOException.class, () -> JournalWriter.open(directory(), FILE))
            .getMessage()
            .contains("so it is not the file that its name says"));
  }
}
