package org.vertxipc.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** A machine that is given a log, and checked for what another resulted in and told. */
final class Replica {
  private final Told told = new Told();
  private final Machine machine = new Machine(told);
  private int position;

  /**
   * What a command did.
   *
   * @param result what it resulted in
   * @param told what it told
   */
  record Effect(Object result, List<String> told) {}

  /** Applies all, one after the other, as they were before they were bytes. */
  static List<Effect> effects(Steps.Log log) {
    Replica replica = new Replica();
    List<Effect> effects = new ArrayList<>();
    log.log().forEach(command -> effects.add(replica.apply(command)));
    return effects;
  }

  /** Returns one that is given what another says of itself. */
  static Replica restored(Replica from) {
    Replica replica = new Replica();
    from.machine.snapshot(each -> replica.apply(Command.decode(each.encode())));
    replica.position = from.position;
    assertEquals(from.machine, replica.machine);
    return replica;
  }

  private Effect apply(Command<?> command) {
    Object result = machine.apply(command);
    return new Effect(result, told.take());
  }

  Machine machine() {
    return machine;
  }

  int position() {
    return position;
  }

  /** Applies the next of a log, as bytes, up to the end. */
  void take(Steps.Log log, List<Effect> effects, int count) {
    int end = Math.min(log.size(), position + count);
    for (; position < end; position++) {
      Command<?> command = log.log().get(position);
      assertEquals(
          effects.get(position), apply(Command.decode(command.encode())), command::toString);
    }
  }
}
