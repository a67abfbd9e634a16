package org.vertxipc.testing.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Checks random histories of objects on which one operation after the other takes effect. */
class LinearizabilityPropertyTest {
  private static final int LONGEST = 200;

  private static List<Finding> check(List<Operation> history) {
    return Linearizability.check(history);
  }

  /** The same with another result. */
  private static Operation with(String result, Operation op) {
    return new Operation(
        op.client(), op.object(), op.call(), op.arguments(), result, op.invoked(), op.returned());
  }

  private static void refused(List<Operation> history, Operation right, Operation wrong) {
    List<Operation> changed = new ArrayList<>(history);
    changed.set(history.indexOf(right), wrong);
    assertEquals(1, check(changed).size(), () -> right + " became " + wrong + " in " + history);
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void whatWasDoneInAnOrderPasses(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = LONGEST) int length,
      @ForAll @IntRange(min = 1, max = 8) int clients) {
    for (Recorded.Kind kind : Recorded.Kind.values()) {
      List<Operation> history = new Recorded(kind, seed, clients).history(length);
      assertEquals(List.of(), check(history));
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aValueThatNobodyHadPutYetIsRefused(@ForAll long seed) {
    List<Operation> history = new Recorded(Recorded.Kind.ENTRY, seed, 4).history(60);
    for (Operation read : history) {
      if (read.call().equals("get") && !read.isPending()) {
        refused(history, read, with("none", read));
        history.stream()
            .filter(put -> put.call().equals("put") && put.invoked() > read.returned())
            .findFirst()
            .ifPresent(put -> refused(history, read, with(put.arguments().get(0), read)));
      }
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aValueThatWasReplacedBeforeIsRefused(@ForAll long seed) {
    List<Operation> history = new Recorded(Recorded.Kind.ENTRY, seed, 4).history(30);
    List<Operation> puts =
        history.stream().filter(op -> op.call().equals("put") && !op.isPending()).toList();
    for (Operation read : history) {
      if (read.call().equals("get") && !read.isPending()) {
        // One put is over before another begins, which is over before the read begins.
        for (Operation put : puts) {
          Optional<Operation> next =
              puts.stream()
                  .filter(op -> op.invoked() > put.returned() && op.returned() < read.invoked())
                  .findFirst();
          next.ifPresent(op -> refused(history, read, with(put.arguments().get(0), read)));
        }
      }
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aNumberThatTwoWereGivenIsRefused(@ForAll long seed, @ForAll Random random) {
    List<Operation> history = new Recorded(Recorded.Kind.GROWING_COUNTER, seed, 4).history(60);
    List<Operation> given =
        history.stream().filter(op -> op.call().endsWith("AndGet") && !op.isPending()).toList();
    Assume.that(given.size() >= 2);
    int one = random.nextInt(given.size());
    int other = (one + 1 + random.nextInt(given.size() - 1)) % given.size();
    refused(history, given.get(one), with(given.get(other).result(), given.get(one)));
    refused(history, given.get(one), with("1000000", given.get(one)));
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aSecondHolderIsRefused(@ForAll long seed) {
    List<Operation> history = new Recorded(Recorded.Kind.LOCK, seed, 4).history(60);
    List<Operation> meanwhile = new ArrayList<>();
    for (Operation release : history) {
      if (release.call().equals("release")) {
        Operation acquire =
            history.stream()
                .filter(op -> op.client().equals(release.client()))
                .filter(op -> op.returned() < release.invoked() && Model.YES.equals(op.result()))
                .reduce((first, second) -> second)
                .orElseThrow();
        history.stream()
            .filter(op -> LockModel.TIMED_OUT.equals(op.result()))
            .filter(op -> op.invoked() > acquire.returned() && op.returned() < release.invoked())
            .forEach(meanwhile::add);
      }
    }
    meanwhile.forEach(op -> refused(history, op, with(Model.YES, op)));
    Statistics.label("found")
        .collect(!meanwhile.isEmpty())
        .coverage(of -> of.check(true).percentage(percent -> percent > 50));
  }

  /** Any results: a good part of the histories can be explained, and a good part can't. */
  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void allOrdersThatThereAreSayTheSame(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int length,
      @ForAll @IntRange(max = 2) int changes) {
    for (Recorded.Kind kind : Recorded.Kind.values()) {
      Recorded recorded = new Recorded(kind, seed, 3);
      List<Operation> history = recorded.withOtherResults(recorded.history(length), changes);
      Model<?> model = Model.of(kind.object());
      List<Finding> findings = check(history);
      assertEquals(isExplained(model, history), findings.isEmpty(), history::toString);
      Statistics.label(kind.name())
          .collect(findings.isEmpty())
          .coverage(of -> of.check(true).percentage(percent -> percent > 20 && percent < 80));
      for (Finding finding : findings) {
        assertFalse(isExplained(model, finding.prefix()), finding::toString);
        List<Operation> shorter = new ArrayList<>(finding.prefix());
        shorter.replaceAll(op -> op.returned() == finding.end() ? op.pending() : op);
        assertTrue(isExplained(model, shorter), finding::toString);
      }
    }
  }

  private static <S> boolean isExplained(Model<S> model, List<Operation> history) {
    return isExplained(model, model.initial(), history);
  }

  /** Tries all orders. */
  private static <S> boolean isExplained(Model<S> model, S state, List<Operation> left) {
    if (left.stream().allMatch(Operation::isPending)) {
      return true;
    }
    long firstReturn = left.stream().mapToLong(Operation::returned).min().orElseThrow();
    for (Operation each : left) {
      Optional<S> next = model.step(state, each);
      if (each.invoked() <= firstReturn && next.isPresent()) {
        List<Operation> others = new ArrayList<>(left);
        others.remove(each);
        if (isExplained(model, next.get(), others)) {
          return true;
        }
      }
    }
    return false;
  }
}
