package org.vertxipc.habits;

/** The buses, each given by the numbers of its Vert.x instances. */
@SuppressWarnings("ImmutableEnumChecker") // Nobody writes to its arrays.
enum Shape {
  ONE_BUS(new int[][] {{0, 1, 2}}),
  TWO_BUSES_OF_THE_SAME_TWO(new int[][] {{0, 1}, {0, 1}}),
  THREE_BUSES_OF_THE_SAME_THREE(new int[][] {{0, 1, 2}, {0, 1, 2}, {0, 1, 2}}),
  RING_OF_THREE(new int[][] {{0, 1}, {1, 2}, {2, 0}}),
  RING_OF_FOUR(new int[][] {{0, 1}, {1, 2}, {2, 3}, {3, 0}}),
  TWO_GATEWAYS_SIDE_BY_SIDE(new int[][] {{0, 1, 2}, {1, 2, 3}}),
  DIAMOND(new int[][] {{0, 1, 2}, {1, 3}, {2, 3}}),
  RING_WITH_A_TAIL(new int[][] {{0, 1}, {1, 2}, {2, 0}, {2, 3}}),
  CHAIN_OF_THREE(new int[][] {{0, 1}, {1, 2}, {2, 3}});

  final int[][] buses;

  Shape(int[][] buses) {
    this.buses = buses;
  }
}
