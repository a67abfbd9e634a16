package org.vertxipc.bridge;

import static org.vertxipc.bridge.World.Consumers.GOING;
import static org.vertxipc.bridge.World.Consumers.LATE;
import static org.vertxipc.bridge.World.Consumers.NONE;
import static org.vertxipc.bridge.World.Consumers.ONE;
import static org.vertxipc.bridge.World.Consumers.TWO;
import static org.vertxipc.bridge.World.Role.ABSENT;
import static org.vertxipc.bridge.World.Role.BOTH;
import static org.vertxipc.bridge.World.Role.EXPORTS;
import static org.vertxipc.bridge.World.Role.IMPORTS;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The short form of {@link BridgePropertyTest}: one world of each kind, always the same, for {@code
 * -Pmutation}, which runs it once for each change of the code.
 */
class BridgeWorldsTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();

  @AfterAll
  static void closePool() throws Exception {
    POOL.close();
  }

  static List<World> worlds() {
    return List.of(
        mesh(List.of(ONE, TWO, NONE), false),
        mesh(List.of(GOING, ONE, LATE), false),
        mesh(List.of(NONE, GOING, ONE), true),
        chain(List.of(NONE, NONE, ONE), 0, false),
        chain(List.of(GOING, NONE, TWO), 3, true),
        oneWay(),
        diamond());
  }

  private static World mesh(List<World.Consumers> consumers, boolean slow) {
    return new World(3, 1, List.of(BOTH, BOTH, BOTH), consumers, 1, 0, false, slow, 1);
  }

  private static World chain(List<World.Consumers> consumers, int mostTurns, boolean tight) {
    List<World.Role> roles = List.of(BOTH, ABSENT, BOTH, BOTH, ABSENT, BOTH);
    return new World(3, 2, roles, consumers, 2, mostTurns, tight, false, 2);
  }

  /** Some only send, and others only receive. */
  private static World oneWay() {
    List<World.Role> roles =
        List.of(IMPORTS, ABSENT, BOTH, IMPORTS, ABSENT, EXPORTS, EXPORTS, BOTH);
    return new World(4, 2, roles, List.of(ONE, NONE, ONE, NONE), 3, 0, false, false, 3);
  }

  /** Two gateways side by side. */
  private static World diamond() {
    List<World.Role> roles = List.of(BOTH, ABSENT, BOTH, BOTH, BOTH, BOTH, ABSENT, BOTH);
    return new World(4, 2, roles, List.of(NONE, NONE, NONE, LATE), 1, 2, false, false, 4);
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void messagesArriveOnce(World world) throws Exception {
    BridgePropertyTest.check(world, POOL);
  }
}
