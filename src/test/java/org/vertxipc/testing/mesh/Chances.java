package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Alternatives of which one is chosen at random, each with its share of 32. */
final class Chances<T> {
  private static final int ALL = 32;

  private final List<T> things = new ArrayList<>(ALL);

  Chances<T> add(T thing, int share) {
    things.addAll(Collections.nCopies(share, thing));
    return this;
  }

  /** Returns the alternative that the lowest bits of a number choose. */
  T of(long chance) {
    if (things.size() != ALL) {
      throw new IllegalStateException(things.size() + " shares, expected " + ALL);
    }
    return things.get((int) (chance & ALL - 1));
  }
}
