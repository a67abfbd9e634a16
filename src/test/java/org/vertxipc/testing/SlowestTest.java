package org.vertxipc.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the list at the end of a build has its slowest classes, and none of another. */
class SlowestTest {
  private static final Instant BEGUN = Instant.parse("2026-11-01T10:00:00Z");

  @TempDir Path temp;
  private Path unit;
  private Path integration;

  @BeforeEach
  void makeDirectories() throws IOException {
    unit = Files.createDirectory(temp.resolve("unit"));
    integration = Files.createDirectory(temp.resolve("integration"));
  }

  private static void report(Path directory, String name, String seconds, Instant when)
      throws IOException {
    Path report = directory.resolve("TEST-" + name + ".xml");
    Files.writeString(
        report,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\""
            + name
            + "\" time=\""
            + seconds
            + "\" tests=\"1\"><testcase name=\"a\" time=\"99\"/></testsuite>");
    Files.setLastModifiedTime(report, FileTime.from(when));
  }

  private List<String> lines() throws Exception {
    return Slowest.lines(BEGUN, List.of(unit, integration, temp.resolve("none")));
  }

  @Test
  void theSlowestComesFirstWithItsShareOfAll() throws Exception {
    report(unit, "a.FastTest", "0.5", BEGUN);
    report(integration, "a.SlowIT", "1,498.5", BEGUN.plusSeconds(2000));
    report(unit, "a.OtherTest", "1.0", BEGUN.plusSeconds(1));
    report(unit, "a.EarlierTest", "70000", BEGUN.minusSeconds(1));
    Files.writeString(unit.resolve("a.FastTest.txt"), "no report");
    assertEquals(
        List.of(
            "The slowest of 3 test classes, which took 1500.0 s in all:",
            "  1498.5 s   99.9 %  a.SlowIT",
            "     1.0 s    0.1 %  a.OtherTest",
            "     0.5 s    0.0 %  a.FastTest"),
        lines());
  }

  @Test
  void tenAreListed() throws Exception {
    for (int i = 0; i < 12; i++) {
      report(unit, "a.Some" + i + "Test", "" + i, BEGUN);
    }
    assertEquals(11, lines().size());
    assertEquals("     2.0 s    3.0 %  a.Some2Test", lines().get(10));
  }

  @Test
  void withoutTestsThereIsNoList() throws Exception {
    report(unit, "a.EarlierTest", "7", BEGUN.minusSeconds(1));
    assertEquals(List.of(), lines());
  }
}
