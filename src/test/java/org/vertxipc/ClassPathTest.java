package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** What is for {@code src/tck} alone is not seen by other tests. */
class ClassPathTest {
  @Test
  void vertxsOwnTestsWithTheClusterManagerThatTheyRegisterAreNotHere() {
    assertNull(
        ClassPathTest.class.getResource("/io/vertx/test/fakecluster/FakeClusterManager.class"));
  }
}
