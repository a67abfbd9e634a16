package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When one life of a node exported one address, and had consumers of it. */
final class MeshPresence {
  private static final long NEVER = Long.MAX_VALUE;

  final MeshLifeLog life;

  /** When it certainly exported the address. */
  final Spans exported = new Spans();

  /** When it may have exported it, with no consumer that was certainly there. */
  final Spans hollow = new Spans();

  /** When an export or a consumer went. */
  final Spans goings = new Spans();

  private final Map<Integer, Consumer> consumers = new HashMap<>();
  private long exportedFrom = NEVER;
  private long hollowFrom = NEVER;
  private boolean maybeExported;
  private int there;

  /** A consumer. */
  static final class Consumer {
    final MeshLifeLog life;
    final int number;
    final int address;

    /** Whether it gets only what its own process sends. */
    final boolean local;

    private long from = NEVER;
    private long to = NEVER;

    Consumer(MeshLifeLog life, int number, int address, boolean local) {
      this.life = life;
      this.number = number;
      this.address = address;
      this.local = local;
    }

    /** Returns whether it was there from one time to another. */
    boolean isThere(long since, long until) {
      return from <= since && Math.min(to, life.end()) >= until;
    }
  }

  MeshPresence(MeshLifeLog life) {
    this.life = life;
  }

  Consumer consumer(int number) {
    return consumers.get(number);
  }

  List<Consumer> consumers() {
    return new ArrayList<>(consumers.values());
  }

  /** Takes the next change that a ledger records. */
  void change(LedgerEntry entry) {
    long time = entry.time();
    Consumer consumer = consumers.get(entry.number());
    switch (entry.change()) {
      case EXPORT -> maybeExported = true;
      case EXPORTED -> exportedFrom = time;
      case WITHDRAW -> {
        endExport(time);
        goings.add(time, time);
      }
      case WITHDRAWN -> {
        maybeExported = false;
        goings.add(time, time);
      }
      case REGISTER ->
          consumers.put(
              entry.number(),
              new Consumer(life, entry.number(), (int) entry.id(), entry.extra() != 0));
      case REGISTERED -> {
        consumer.from = time;
        there += consumer.local ? 0 : 1;
      }
      case UNREGISTER -> {
        there -= consumer.local || consumer.from == NEVER ? 0 : 1;
        consumer.to = time;
        goings.add(time, time);
      }
      case UNREGISTERED -> goings.add(consumer.to, time);
    }
    boolean isHollow = maybeExported && there == 0;
    if (isHollow && hollowFrom == NEVER) {
      hollowFrom = time;
    } else if (!isHollow) {
      endHollow(time);
    }
  }

  private void endExport(long time) {
    if (exportedFrom != NEVER) {
      exported.add(exportedFrom, time);
      exportedFrom = NEVER;
    }
  }

  private void endHollow(long time) {
    if (hollowFrom != NEVER) {
      hollow.add(hollowFrom, time);
      hollowFrom = NEVER;
    }
  }

  /** Called when the life is over, which ended between two times. */
  void end(long from, long to) {
    endExport(from);
    endHollow(to);
    goings.add(from, to);
  }
}
