package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vertxipc.wire.ControlFrames;
import org.vertxipc.wire.FrameKind;

/**
 * Messages that wait while others pass, in the files of a writer and a reader without processes.
 */
class ParkingTest extends ParkingFixture {
  @Test
  void whatWaitsIsPassedOver() throws Exception {
    Path directory = directory();
    Reader reader = new Reader(directory, Sync.NONE, () -> {});
    Writer writer = new Writer(directory, Sync.NONE, () -> {});
    assertTrue(writer.write(0, 100));
    int number = 1;
    // These are a hundred times what the file holds.
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
    // These fill one file and most of another.
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
    // This includes messages in pieces.
    writer.offer(writer.encoder.to(FrameKind.SEND, 1, 0).body(null, new byte[LONG]));
    writer.offer(
        writer.encoder.to(FrameKind.REQUEST, 0, 1).stored("t", 0).body(null, "no request waits"));
    assertTrue(writer.write(1, LONG));
    settle(reader);
    assertEquals(List.of(0, 1), reader.delivered);
    assertEquals(4, reader.inbox.skipped());
    // They hold up nothing, either.
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
}
