package org.vertxipc.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.vertxipc.posix.Access;
import org.vertxipc.testing.FileFault;
import org.vertxipc.testing.OnOneJdk;

/**
 * A log whose files somebody else writes, truncates, removes or replaces: each use of it does what
 * it says, or fails with an exception that names a file.
 */
@OnOneJdk
class HostileLogTest {
  private static final int ROOM = 4096;
  private static final int MARKED = 24;

  private Path directory;
  private LogUser writer;
  private LogUser reader;
  private LogUser behind;

  private interface Step {
    void run() throws Exception;
  }

  @BeforeTry
  void threeUsers() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hostile-log-");
    writer = LogUser.join(directory, ROOM, 0);
    reader = LogUser.join(directory, ROOM, 1);
    behind = LogUser.join(directory, ROOM, 2);
    for (int i = 0; i < 20; i++) {
      writer.write("a record of the log, number " + i);
    }
    reader.read();
    writer.compact();
    for (int i = 0; i < 10; i++) {
      writer.write("a later record, number " + i);
    }
  }

  @AfterTry
  void removeAll() throws IOException {
    writer.close();
    reader.close();
    behind.close();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path each : all.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(directory);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static void requireClear(IOException e, Path directory) {
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(directory.toString()), e::toString);
  }

  /** Any use of the log is right, or says where it is wrong. */
  private boolean attempt(Step step) {
    try {
      step.run();
      return true;
    } catch (IOException e) {
      requireClear(e, directory);
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void useAll() {
    for (LogUser user : new LogUser[] {reader, behind, writer}) {
      attempt(user::read);
      user.log.hasNews();
      user.log.fallAsleep(1);
      user.log.wake(1);
      user.log.writer();
      attempt(() -> user.write("one more"));
      attempt(user::compact);
      attempt(() -> user.write("one more of more than there may be room for".repeat(200)));
      attempt(user::read);
    }
    attempt(() -> LogUser.join(directory, ROOM, 7).close());
    // Whatever there was, nobody keeps the lock.
    boolean free = attempt(() -> assertTrue(writer.log.tryLock()));
    if (free) {
      attempt(writer.log::unlock);
    }
  }

  private void mustFail(LogUser user, String text) {
    IOException e = assertThrows(IOException.class, user::read);
    assertTrue(e.getMessage().contains(text), e::getMessage);
    requireClear(e, directory);
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void anyHead(@ForAll long head) throws IOException {
    try (RawFile control = new RawFile(directory)) {
      control.head(head);
    }
    useAll();
  }

  @Property(tries = 30)
  void anyHeadThatIsNear(
      @ForAll @IntRange(min = 0, max = 4) int generation,
      @ForAll @IntRange(min = 0, max = 2 * ROOM) int position)
      throws IOException {
    try (RawFile control = new RawFile(directory)) {
      control.head(Words.head(generation, position));
    }
    useAll();
  }

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void anyWordOfTheLog(
      @ForAll @IntRange(min = 0, max = 200) int word, @ForAll long value, @ForAll boolean half)
      throws IOException {
    try (RawFile log = new RawFile(directory, "log-2")) {
      if (half) {
        log.putInt(word * 8L, (int) value);
      } else {
        log.put(word * 8L, value);
      }
    }
    useAll();
  }

  @Property(tries = 50)
  void anyBytes(@ForAll byte[] bytes, @ForAll @IntRange(min = 0, max = 1) int file)
      throws IOException {
    try (RawFile any = new RawFile(directory, file == 0 ? "control" : "log-2")) {
      any.put(0, bytes);
    }
    useAll();
  }

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void anyLengthOfAFileInUse(
      @ForAll @IntRange(min = 0, max = 3) int pages,
      @ForAll @IntRange(min = 0, max = 8) int more,
      @ForAll boolean control)
      throws IOException {
    try (RawFile file = new RawFile(directory, control ? "control" : "log-2")) {
      long length = Math.min(file.size(), pages * 4096L + more);
      file.truncate(length);
      useAll();
      // It grows again, but what was in it is gone.
      file.put(length, new byte[(int) Math.max(0, 70_000 - length)]);
    }
    useAll();
  }

  @Example
  void truncatedFilesAreNamed() throws IOException {
    try (RawFile log = new RawFile(directory, "log-2");
        RawFile control = new RawFile(directory)) {
      log.truncate(0);
      mustFail(reader, "log-2 has 0 bytes");
      IOException e = assertThrows(IOException.class, () -> writer.write("x"));
      assertTrue(e.getMessage().contains("log-2 holds 0 bytes, expected at least "), e::toString);
      control.truncate(0);
      mustFail(behind, "control holds 0 bytes, expected at least 69632");
      for (int i = 0; i < 20_000; i++) {
        assertTrue(behind.log.hasNews());
        behind.log.fallAsleep(2);
        behind.log.wake(1);
        behind.log.writer();
        e = assertThrows(IOException.class, behind.log::tryLock);
        assertTrue(e.getMessage().contains("control holds 0 bytes"), e::toString);
      }
    }
    IOException e = assertThrows(IOException.class, () -> LogUser.join(directory, ROOM, 9));
    assertTrue(e.getMessage().contains("control is no log of a cluster: 0000"), e::toString);
  }

  @Example
  void aLockOfATruncatedFileIsReleased() throws IOException {
    writer.lock();
    try (RawFile control = new RawFile(directory)) {
      control.truncate(0);
      IOException e = assertThrows(IOException.class, writer.log::unlock);
      assertTrue(e.getMessage().contains("control holds 0 bytes"), e::toString);
      control.put(69_631, new byte[1]);
    }
    assertTrue(reader.log.tryLock());
  }

  @Example
  void anotherMagicOrVersionIsSaid() throws IOException {
    try (RawFile control = new RawFile(directory)) {
      long magic = control.get(0);
      control.put(0, 17);
      IOException e = assertThrows(IOException.class, () -> LogUser.join(directory, ROOM, 9));
      assertTrue(e.getMessage().endsWith("is no log of a cluster: 0000000000000011"), e::toString);
      control.put(0, magic);
      control.putInt(8, 2);
      e = assertThrows(IOException.class, () -> LogUser.join(directory, ROOM, 9));
      assertTrue(e.getMessage().endsWith("is a log of version 2, this is version 1"), e::toString);
      requireClear(e, directory);
    }
  }

  @Example
  void aRemovedFileIsNamed() throws IOException {
    Files.delete(file("log-2"));
    // Nobody has it open any more.
    writer.close();
    mustFail(reader, "somebody has removed ");
    mustFail(behind, "log-2");
    IOException e =
        assertThrows(
            IOException.class,
            () -> {
              try (LogUser late = LogUser.join(directory, ROOM, 9)) {
                late.read();
              }
            });
    assertTrue(e.getMessage().startsWith("somebody has removed "), e::toString);
  }

  @Example
  void whatIsInThePlaceOfAFileIsNamed() throws IOException {
    FileFault[] faults = {
      FileFault.SYMBOLIC_LINK, FileFault.DIRECTORY, FileFault.FIFO, FileFault.OPEN_TO_OTHERS
    };
    for (FileFault fault : faults) {
      for (String name : new String[] {"log-2", "control"}) {
        fault.in(file(name));
        if (name.equals("log-2")) {
          mustFail(reader, "log-2");
          mustFail(behind, "log-2");
        } else {
          IOException e =
              assertThrows(
                  IOException.class,
                  () -> CommandLog.open(Access.OWNER, directory, ROOM).close(),
                  fault.name());
          assertTrue(e.getMessage().contains("/control"), e::toString);
        }
        useAll();
        removeAll();
        threeUsers();
      }
    }
  }

  @Example
  void aRecordThatTheReaderRefusesIsNamed() {
    LogReader refuses =
        new LogReader() {
          @Override
          public void restart() {}

          @Override
          public void record(byte[] bytes) throws IOException {
            throw new IOException("not this: " + new String(bytes, UTF_8).length());
          }
        };
    for (int i = 0; i < 2; i++) {
      IOException e = assertThrows(IOException.class, () -> reader.log.read(refuses));
      requireClear(e, directory);
      assertTrue(e.getMessage().endsWith("can't be used: not this: " + MARKED), e::toString);
    }
  }
}
