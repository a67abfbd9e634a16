package org.vertxipc.testing.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.BusOptions;

/** Ledgers of a mesh, written as a test likes, and what the check finds in them. */
abstract class MeshReportFixture {
  static final int SOME = 50_000;

  /** The address that zero alone exports, from beginning to end. */
  static final String STRICT = "s.n0";

  @TempDir Path directory;
  MeshScript script;

  /** A steady node, which is there from beginning to end. */
  MeshScript.Life zero;

  MeshScript.Life one;

  /** A node that may be killed. */
  MeshScript.Life five;

  @BeforeEach
  void setUp() throws Exception {
    use(plan -> !plan.nodes().get(0).keepsMessages() && !plan.nodes().get(5).keepsMessages());
  }

  /** The first plan that is as needed, with the nodes 0, 1, 2 and 5. */
  void use(Predicate<MeshPlan> needed) throws Exception {
    long seed = 0;
    MeshPlan plan = new MeshPlan(seed, BusOptions.TRANSPORTS);
    while (!needed.test(plan)) {
      plan = new MeshPlan(++seed, BusOptions.TRANSPORTS);
    }
    script = new MeshScript(plan, Files.createTempDirectory(directory, "ledgers"));
    zero = script.start(0);
    one = script.start(1);
    five = script.start(5);
  }

  MeshFindings end() throws Exception {
    zero.close(MeshScript.END);
    one.close(MeshScript.END);
    return script.check();
  }

  MeshFindings endAll() throws Exception {
    five.close(MeshScript.END);
    return end();
  }

  static void only(MeshFinding finding, int times, MeshFindings found) {
    assertEquals(times, found.count(finding), found::toString);
    for (MeshFinding other : MeshFinding.values()) {
      assertEquals(other == finding ? times : 0, found.count(other), found::toString);
    }
  }

  static void nothing(MeshFindings found) {
    only(MeshFinding.TORN, 0, found);
    assertTrue(found.isClean());
  }
}
