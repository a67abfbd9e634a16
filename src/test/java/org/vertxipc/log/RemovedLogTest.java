package org.vertxipc.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vertxipc.posix.Access;
import org.vertxipc.testing.Processes;

/** Somebody removes a log whose users live, of whom one is behind. */
@Timeout(60)
class RemovedLogTest {
  private static final int ROOM = 1024;

  @TempDir Path directory;
  private final List<LogUser> users = new ArrayList<>();

  private LogUser join(Path where) throws IOException {
    LogUser user = LogUser.join(where, ROOM, users.size());
    users.add(user);
    return user;
  }

  @AfterEach
  void closeAll() throws IOException {
    for (LogUser each : users) {
      each.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"real, 0", "real, 1", "real, 2", "real, 3", "link, 1", "link, 2"})
  void whoIsBehindReadsIt(String name, int logs) throws Exception {
    Access.OWNER.ensureDirectory(directory.resolve("real"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));
    Path removed = directory.resolve(name).resolve("removed");
    Path where = removed.resolve("log");
    Access.OWNER.ensureDirectory(removed);
    Access.OWNER.ensureDirectory(where);
    LogUser ahead = join(where);
    LogUser behind = join(where);
    ahead.write("0");
    assertEquals(List.of("0"), behind.read());
    for (int i = 0; i < logs; i++) {
      ahead.compact();
    }
    ahead.write("1");
    assertEquals(0, Processes.exit("rm", "-rf", removed.toString()));
    ahead.write("2");
    assertEquals(List.of("0", "1", "2"), behind.read());
    behind.write("3");
    behind.compact();
    assertEquals(List.of("0", "1", "2", "3"), ahead.read());
  }

  @Test
  void whatNobodyHasOpenIsGone() throws Exception {
    Path where = directory.resolve("log");
    Access.OWNER.ensureDirectory(where);
    LogUser ahead = join(where);
    LogUser behind = join(where);
    ahead.compact();
    assertEquals(0, Processes.exit("rm", "-rf", where.toString()));
    ahead.close();
    String why = assertThrows(IOException.class, behind::read).getMessage();
    assertEquals("somebody has removed " + where.resolve("log-2"), why);
  }
}
