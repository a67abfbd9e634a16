package org.vertxipc.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** A {@code tmpfs(5)} of a test's own, until it is closed. */
public final class Tmpfs implements AutoCloseable {
  private final Path path;

  /** Mounts it; where that is not allowed, the test is skipped. */
  public Tmpfs(Path path, String options) throws Exception {
    this.path = path;
    assumeTrue(
        Processes.exit("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString()) == 0,
        "needs the right to mount");
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws Exception {
    assertEquals(0, Processes.exit("umount", path.toString()));
  }
}
