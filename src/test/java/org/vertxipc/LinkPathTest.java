package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.LinkBridge;

/** Looks where the command of a child is found: in its own PATH, as a shell finds it. */
class LinkPathTest {
  private static final String SYSTEM = System.getenv("PATH");

  @TempDir Path dir;

  private PipeLinkOptions link(String path) {
    return new PipeLinkOptions()
        .setCommand(List.of("speak", "up"))
        .setName("child")
        .setReceive("in")
        .setEvents("events")
        .setRestart("never")
        .setEnvironment(Map.of("PATH", path));
  }

  /** Makes a command that says what it was called with. */
  private void command(String directory, String says, String permissions) throws IOException {
    Path file = Files.createDirectories(dir.resolve(directory)).resolve("speak");
    Files.writeString(file, "#!/bin/sh\necho " + says + " $1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private void assertSays(String said, PipeLinkOptions options) throws Exception {
    try (LinkBridge bridge = LinkBridge.started(options)) {
      bridge.awaitEvent("exited");
      assertEquals(List.of(said), bridge.received);
    }
  }

  private static void assertFails(String failure, PipeLinkOptions options) throws Exception {
    LinkBridge bridge = LinkBridge.of(options);
    assertEquals("Link 'child' can't be started: " + failure, bridge.startFailure());
    bridge.close();
  }

  @Test
  void theFirstInThePathOfTheChildIsTaken() throws Exception {
    command("first", "1", "rwx------");
    command("second", "2", "rwx------");
    assertSays("1 up", link(SYSTEM + ":" + dir + "/first:" + dir + "/second"));
    assertSays("2 up", link("/no/where:" + dir + "/second:" + dir + "/first"));
  }

  @Test
  void whatMayNotBeRunIsPassedOver() throws Exception {
    command("closed", "1", "rw-------");
    Files.createDirectories(dir.resolve("directory/speak"));
    Files.writeString(dir.resolve("file"), "no directory");
    command("open", "2", "rwx------");
    String before = dir + "/closed:" + dir + "/directory:" + dir + "/file";
    assertSays("2 up", link(before + ":" + dir + "/open"));
    assertFails(
        "posix_spawn(speak up, PATH=" + before + ") failed: Permission denied (EACCES)",
        link(before));
  }

  @Test
  void relativeAndEmptyEntriesStartInTheWorkingDirectory() throws Exception {
    command("bin", "1", "rwx------");
    assertSays("1 up", link("nowhere:bin").setDirectory(dir.toString()));
    assertSays("1 up", link("/no/where:").setDirectory(dir + "/bin"));
    assertSays("1 up", link("").setDirectory(dir + "/bin"));
  }

  @Test
  void theErrorNamesTheCommandAndThePath() throws Exception {
    String why = " failed: No such file or directory (ENOENT)";
    assertFails("posix_spawn(speak up, PATH=/no/where:/bin)" + why, link("/no/where:/bin"));
    assertFails(
        "posix_spawn(speak up in " + dir + ", PATH=/bin)" + why,
        link("/bin").setDirectory(dir.toString()));
    assertFails("posix_spawn(speak up in /no/where)" + why, link("/bin").setDirectory("/no/where"));
    assertFails("posix_spawn(./speak up)" + why, link("/bin").setCommand(List.of("./speak", "up")));
  }
}
