package org.vertxipc.bridge;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.vertxipc.bus.MemoryBus;
import org.vertxipc.faults.Faults;

/**
 * Checks that each publish arrives exactly once at each consumer that it can reach, and each send
 * at most once, whatever buses and gateways there are. With {@code -Pfaults} it tries many more
 * worlds.
 */
@Faults
class BridgePropertyTest {
  private static final MemoryBridges.Pool POOL = new MemoryBridges.Pool();

  @AfterContainer
  static void closePool() throws Exception {
    POOL.close();
  }

  @Provide
  Arbitrary<World> worlds() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, anyWorlds(false)),
        Tuple.of(3, anyWorlds(true)),
        Tuple.of(4, chains()),
        Tuple.of(3, diamonds()));
  }

  private static Arbitrary<World.Role> roles(boolean open) {
    return open
        ? Arbitraries.frequency(Tuple.of(1, World.Role.ABSENT), Tuple.of(2, World.Role.BOTH))
        : Arbitraries.frequency(
            Tuple.of(4, World.Role.ABSENT),
            Tuple.of(6, World.Role.BOTH),
            Tuple.of(2, World.Role.IMPORTS),
            Tuple.of(2, World.Role.EXPORTS),
            Tuple.of(1, World.Role.NEITHER));
  }

  private static Arbitrary<World.Consumers> consumers() {
    return Arbitraries.frequency(
        Tuple.of(4, World.Consumers.NONE),
        Tuple.of(4, World.Consumers.ONE),
        Tuple.of(1, World.Consumers.TWO),
        Tuple.of(1, World.Consumers.LATE),
        Tuple.of(2, World.Consumers.GOING));
  }

  /** The settings of a world, apart from its nodes. */
  private record Weather(int mostTurns, boolean tight, boolean slow, long seed) {}

  private static Arbitrary<Weather> weather() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 4),
            Arbitraries.of(false, false, true),
            Arbitraries.of(false, false, false, true),
            Arbitraries.longs())
        .as(Weather::new);
  }

  private static World world(
      int nodes,
      int buses,
      List<World.Role> roles,
      List<World.Consumers> consumers,
      int sender,
      Weather w) {
    return new World(nodes, buses, roles, consumers, sender, w.mostTurns, w.tight, w.slow, w.seed);
  }

  private static Arbitrary<World> anyWorlds(boolean open) {
    return Combinators.combine(
            Arbitraries.integers().between(2, 5),
            Arbitraries.integers().between(1, 3),
            roles(open).list().ofSize(15),
            consumers().list().ofSize(5),
            Arbitraries.integers().between(1, 4),
            weather())
        .as((n, b, roles, consumers, s, w) -> world(n, b, roles, consumers, 1 + s % (n - 1), w));
  }

  /** Consumers at the end only, behind one or two gateways. */
  private static Arbitrary<World> chains() {
    return Combinators.combine(
            Arbitraries.integers().between(2, 3),
            Arbitraries.integers().between(-1, 2),
            Arbitraries.of(World.Consumers.ONE, World.Consumers.TWO, World.Consumers.LATE),
            Arbitraries.of(World.Consumers.NONE, World.Consumers.ONE, World.Consumers.GOING),
            Arbitraries.of(World.Consumers.NONE, World.Consumers.NONE, World.Consumers.GOING),
            weather())
        .as(
            (buses, idleAt, last, first, idle, w) -> {
              int nodes = buses + (idleAt < 0 ? 1 : 2);
              List<World.Role> roles = new ArrayList<>();
              for (int i = 0; i <= buses; i++) {
                for (int b = 0; b < buses; b++) {
                  roles.add(b == i || b == i - 1 ? World.Role.BOTH : World.Role.ABSENT);
                }
              }
              for (int b = 0; b < buses; b++) {
                roles.add(b == idleAt % buses ? World.Role.BOTH : World.Role.ABSENT);
              }
              List<World.Consumers> consumers = new ArrayList<>();
              for (int i = 0; i < nodes; i++) {
                consumers.add(
                    i == buses ? last : i == 0 ? first : i > buses ? idle : World.Consumers.NONE);
              }
              return world(nodes, buses, roles, consumers, buses, w);
            });
  }

  /** Two gateways side by side, and perhaps a third in a row with them. */
  private static Arbitrary<World> diamonds() {
    World.Role b = World.Role.BOTH;
    World.Role o = World.Role.ABSENT;
    return Combinators.combine(
            Arbitraries.of(
                List.of(b, o, o, b, b, o, b, b, o, o, b, o),
                List.of(b, o, o, b, b, o, b, o, b, o, b, b),
                List.of(b, o, o, b, b, o, b, b, o, o, b, b, o, o, b)),
            consumers(),
            Arbitraries.of(World.Consumers.ONE, World.Consumers.LATE),
            Arbitraries.integers().between(1, 4),
            weather())
        .as(
            (roles, first, last, s, w) -> {
              int nodes = roles.size() / 3;
              List<World.Consumers> consumers = new ArrayList<>();
              for (int i = 0; i < nodes; i++) {
                consumers.add(i == nodes - 1 ? last : i == 0 ? first : World.Consumers.NONE);
              }
              return world(nodes, 3, roles, consumers, 1 + s % (nodes - 1), w);
            });
  }

  @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
  void messagesArriveOnce(@ForAll("worlds") World world) throws Exception {
    check(world, POOL);
  }

  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
  @AddLifecycleHook(OnlyLong.class)
  void messagesArriveOnceInManyWorlds(@ForAll("worlds") World world) throws Exception {
    check(world, POOL);
  }

  static void check(World world, MemoryBridges.Pool pool) throws Exception {
    MemoryBus.Terms terms =
        world.tight()
            ? new MemoryBus.Terms(256, 512, world.mostTurns(), false)
            : new MemoryBus.Terms(4096, 1 << 20, world.mostTurns(), false);
    try (MemoryBridges bridges = new MemoryBridges(pool).with(terms, world.seed())) {
      new WorldRun(world, bridges).run();
    }
  }

  /** The settings of a run that takes minutes. */
  static final class OnlyLong implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return Boolean.getBoolean("vertxipc.faults")
          ? SkipResult.doNotSkip()
          : SkipResult.skip("in -Pfaults only");
    }
  }
}
