package org.vertxipc.testing.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the files of clients, of which a kill may leave any beginning. */
class HistoryFileTest {
  @TempDir private Path temp;

  private Path write() throws IOException {
    Path path = temp.resolve("n1.0");
    try (HistoryFile file = new HistoryFile(path)) {
      file.invoked("entry/m/k", "replaceIfPresent", List.of("1", "2"));
      file.returned("yes");
      file.invoked("lock/l", "acquire", List.of());
      file.returned("yes");
      file.invoked("counter/c", "get", List.of());
    }
    return path;
  }

  @Test
  void whatWasNotedIsRead() throws IOException {
    long before = System.nanoTime();
    Path path = write();
    List<Operation> operations = HistoryFile.read(path);
    assertEquals(
        List.of(
            "n1.0: replaceIfPresent(1, 2) -> yes",
            "n1.0: acquire() -> yes",
            "n1.0: get(), which never returned"),
        operations.stream().map(Operation::toString).toList());
    assertEquals("entry/m/k", operations.get(0).object());
    assertTrue(operations.get(0).invoked() >= before);
    assertTrue(operations.get(0).returned() >= operations.get(0).invoked());
    assertTrue(operations.get(1).invoked() >= operations.get(0).returned());
  }

  @Test
  void allBeginningsCanBeRead() throws IOException {
    Path path = write();
    byte[] all = Files.readAllBytes(path);
    int most = 0;
    for (int length = 0; length <= all.length; length++) {
      Files.write(path, Arrays.copyOf(all, length));
      List<Operation> operations = HistoryFile.read(path);
      assertTrue(operations.size() >= most);
      most = operations.size();
      int last = most - 1;
      assertFalse(operations.stream().limit(Math.max(0, last)).anyMatch(Operation::isPending));
    }
    assertEquals(3, most);
  }

  @Test
  void whatIsNoHistoryIsRefused() throws IOException {
    Path path = write();
    for (String line : List.of("I 1 counter/c get\n", "X 1 counter/c get\n")) {
      Path wrong = temp.resolve("wrong");
      Files.deleteIfExists(wrong);
      Files.copy(path, wrong);
      Files.writeString(wrong, line, StandardOpenOption.APPEND);
      assertThrows(IOException.class, () -> HistoryFile.read(wrong), line);
    }
    Files.writeString(path, "R 1 yes\n");
    assertThrows(IOException.class, () -> HistoryFile.read(path));
    try (HistoryFile file = new HistoryFile(temp.resolve("n1.1"))) {
      assertThrows(IOException.class, () -> file.invoked("a b", "get", List.of()));
      assertThrows(IOException.class, () -> file.returned(""));
    }
  }

  @Test
  void aDeathIsOneOfEachLock() throws IOException {
    History history = new History();
    Path path = write();
    history.add(path);
    assertTrue(history.diedWithLock(path));
    assertFalse(history.diedWithLock(temp.resolve("n1.1")));
    history.killed(path, 7);
    assertEquals(1, history.underWay());
    List<Operation> deaths =
        history.operations().stream().filter(op -> op.call().equals(LockModel.DEATH)).toList();
    assertEquals(HistoryClient.locks(), deaths.stream().map(Operation::object).toList());
    assertEquals(7, deaths.get(0).invoked());
    assertTrue(deaths.get(0).isPending());
    assertEquals("n1.0", deaths.get(0).client());
  }
}
