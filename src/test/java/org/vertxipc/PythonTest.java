package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Runs the tests of the client in Python, by Python's own unittest, where Python is there. */
@OnOneJdk
class PythonTest {
  private static final Pattern RAN = Pattern.compile("(?m)^Ran (\\d+) tests? in .*$");

  @Test
  void unittests() throws Exception {
    assumeTrue(Processes.runs("python3", "--version"), "needs python3");
    ProcessBuilder tests =
        new ProcessBuilder(
            List.of(
                "python3", "-W", "error", "-m", "unittest", "discover", "-s", "src/test/python"));
    tests.environment().put("PYTHONPATH", Path.of("src/main/python").toAbsolutePath().toString());
    tests.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    String said = Processes.output(tests.redirectErrorStream(true).start());
    Matcher ran = RAN.matcher(said);
    assertTrue(ran.find() && Integer.parseInt(ran.group(1)) > 0, said);
    System.out.println("Python: " + ran.group());
  }
}
