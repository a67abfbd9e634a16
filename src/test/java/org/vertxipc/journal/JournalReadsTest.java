package org.vertxipc.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.journal.JournalReader.Start;

/** Records of all lengths, read in copies that begin and end anywhere in them. */
class JournalReadsTest {
  private static final int FILE = 1 << 22;
  private static final int[] AROUND = {4 << 10, 32 << 10, 256 << 10, 1 << 20};

  @TempDir Path temp;

  private JournalDirectory directory() {
    return new JournalDirectory(temp.resolve("log"));
  }

  private static byte[] payload(int number, int length) {
    byte[] bytes = new byte[length];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  private static long append(JournalWriter writer, int number, int length) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(payload(number, length));
    long position = writer.append(source, 0, length, number);
    if (position == JournalWriter.NEXT_FILE) {
      writer.rotate(writer.prepare(writer.nextBase()));
      position = writer.append(source, 0, length, number);
    }
    return position;
  }

  /** Takes what is there; each must be as it was written. */
  private static void follow(JournalReader reader, List<Integer> lengths, int max)
      throws IOException {
    JournalReader.RecordHandler handler =
        (position, time, b, at, length) -> {
          assertEquals(lengths.size(), time);
          byte[] expected = payload((int) time, length);
          assertEquals(-1, ByteBuffer.wrap(expected).mismatch(b.slice(at, length)));
          lengths.add(length);
          return true;
        };
    while (reader.poll(handler, max) > 0 || reader.isAtEndOfFile()) {
      if (reader.isAtEndOfFile()) {
        reader.next();
      }
    }
  }

  @Test
  void recordsOfAllLengthsComeWhole() throws Exception {
    List<Integer> written = new ArrayList<>();
    for (int around : AROUND) {
      for (int more = -24; more <= 24; more += 4) {
        written.add(around + more);
        written.add(1 + (written.size() & 31));
      }
    }
    List<Integer> live = new ArrayList<>();
    try (JournalWriter writer = JournalWriter.open(directory(), FILE);
        JournalReader reader = JournalReader.open(directory(), Start.BEGINNING, 0)) {
      for (int i = 0; i < written.size(); i++) {
        append(writer, i, written.get(i));
        if (i % 5 == 0) {
          follow(reader, live, 3);
          assertEquals(i + 1, live.size());
        }
      }
      follow(reader, live, 3);
    }
    assertEquals(written, live);
    List<Integer> replayed = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(directory(), Start.BEGINNING, 0)) {
      follow(reader, replayed, 256);
    }
    assertEquals(written, replayed);
  }

  /** A byte that is not as it was written is found, wherever it is in a record of any length. */
  @Test
  void aTornRecordOfAnyLengthIsSaidSo() throws Exception {
    int number = 0;
    for (int length : new int[] {1, 4_000, 5_000, 40_000, 300_000, 2_000_000}) {
      for (int back : new int[] {1, length / 2 + 1, length}) {
        JournalDirectory directory = new JournalDirectory(temp.resolve("log-" + number));
        long before;
        long torn;
        try (JournalWriter writer = JournalWriter.open(directory, FILE)) {
          before = append(writer, 0, 100);
          torn = append(writer, 1, length);
          append(writer, 2, 50);
        }
        Path file = directory.file(0);
        long at = torn + JournalLayout.RECORD_HEADER + length - back;
        byte[] all = Files.readAllBytes(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(new byte[] {(byte) ~all[(int) at]}), at);
        }
        List<Integer> read = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(directory, Start.BEGINNING, 0)) {
          IOException e = assertThrows(IOException.class, () -> follow(reader, read, 9));
          assertEquals(
              "The record at position " + torn + " of the journal in " + directory + " is torn",
              e.getMessage());
        }
        assertEquals(List.of(100), read, "before " + torn + ", from " + before);
        number++;
      }
    }
  }

  /** What is behind a cut is not there any more, wherever a new record ends. */
  @Test
  void nothingIsLeftBehindACut() throws Exception {
    long torn = 0;
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      for (int i = 0; i < 1_000; i++) {
        long position = append(writer, i, 100);
        torn = i == 500 ? position : torn;
      }
    }
    Path file = directory().file(0);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), torn + 20);
    }
    try (JournalWriter writer = JournalWriter.open(directory(), FILE)) {
      assertTrue(writer.wasCut());
      assertEquals(torn, writer.position());
    }
    byte[] all = Files.readAllBytes(file);
    assertEquals(FILE, all.length);
    for (int i = (int) torn; i < all.length; i++) {
      assertEquals(0, all[i], "byte " + i);
    }
  }

  /** A reader that copies what is being written sees no record torn, and misses none. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aReaderFollowsAWriterAtWork() throws Exception {
    int count = 60_000;
    List<Integer> read = new ArrayList<>();
    try (JournalWriter writer = JournalWriter.open(directory(), FILE);
        JournalReader reader = JournalReader.open(directory(), Start.BEGINNING, 0)) {
      CompletableFuture<Void> written =
          CompletableFuture.runAsync(
              () -> {
                Random random = new Random(1);
                try {
                  for (int i = 0; i < count; i++) {
                    append(writer, i, 1 + random.nextInt(i % 1000 == 0 ? 100_000 : 300));
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      while (!written.isDone()) {
        follow(reader, read, 256);
      }
      written.get();
      follow(reader, read, 256);
    }
    assertEquals(count, read.size());
  }
}
