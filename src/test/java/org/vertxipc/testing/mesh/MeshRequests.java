package org.vertxipc.testing.mesh;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;
import org.vertxipc.testing.mesh.MessageId.Act;
import org.vertxipc.testing.mesh.MessageId.Kind;

/** Checks how requests ended: in time, and as their consumers ended them. */
final class MeshRequests {
  private static final long GRACE = TimeUnit.SECONDS.toNanos(1);
  private static final int MANY_SECONDS = 4_000;

  private final MeshHistory history;
  private final MeshFindings findings;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Slow, Long> slow = new EnumMap<>(Slow.class);
  private long quiet;

  /** How far a request was when its time was over. */
  enum Slow {
    NEVER_RECEIVED,
    NOT_YET_RECEIVED,
    NOT_YET_REPLIED,
    REPLIED,
    /** It is a request that a consumer made in its reply. */
    ANSWER;

    private static Slow of(MeshMessage message) {
      if (message.receivedAt == 0) {
        return NEVER_RECEIVED;
      }
      if (message.receivedAt > message.completedAt) {
        return NOT_YET_RECEIVED;
      }
      boolean replied = message.repliedAt != 0 && message.repliedAt <= message.completedAt;
      return replied ? REPLIED : NOT_YET_REPLIED;
    }
  }

  MeshRequests(MeshHistory history, MeshFindings findings) {
    this.history = history;
    this.findings = findings;
  }

  void check() {
    for (MeshStream stream : history.streams()) {
      for (MeshMessage message : stream.messages) {
        if (message != null && MessageId.of(message.id).kind() == Kind.REQUEST) {
          check(stream, message);
        }
      }
    }
    for (MeshAsk ask : history.asks()) {
      check(ask);
    }
  }

  Map<Outcome, Long> outcomes() {
    return outcomes;
  }

  /** Returns how many had to be answered, because nothing happened near them. */
  long quiet() {
    return quiet;
  }

  /** Returns how far those were that timed out with nothing to explain it. */
  Map<Slow, Long> slow() {
    return slow;
  }

  /** Returns whether a request has ended; it must, unless its sender ended before its timeout. */
  private boolean hasEnded(
      MeshLifeLog life, long from, long to, int timeoutMillis, Supplier<String> what) {
    long until = to != 0 ? to : life.life.endTo();
    long allowed =
        TimeUnit.MILLISECONDS.toNanos(timeoutMillis)
            + GRACE
            + history.idle(life.node.number(), from, until);
    if (to == 0 && (!life.isKilled() || life.life.endFrom() - from > allowed)) {
      findings.add(MeshFinding.UNFINISHED, what.get());
    } else if (to - from > allowed) {
      findings.add(MeshFinding.LATE, what.get());
    }
    return to != 0;
  }

  private void check(MeshStream stream, MeshMessage message) {
    Supplier<String> what = () -> history.describe(stream, message);
    if (!hasEnded(stream.life, message.sentAt, message.completedAt, message.timeoutMillis, what)) {
      return;
    }
    outcomes.merge(message.outcome, 1L, Long::sum);
    Act act = MessageId.of(message.id).act();
    Outcome expected =
        switch (act) {
          case REPLY, ASK, NOTHING -> Outcome.REPLIED;
          case FAIL -> Outcome.FAILED_AS_ASKED;
          case SILENT, LATE -> Outcome.TIMED_OUT;
        };
    boolean answered =
        message.outcome == Outcome.REPLIED || message.outcome == Outcome.FAILED_AS_ASKED;
    // A sender that stood still may, when it goes on, find the reply before its own timer.
    boolean other = message.outcome != expected && act != Act.LATE;
    if (message.outcome == Outcome.TORN || (answered && (other || message.receivedAt == 0))) {
      findings.add(
          message.outcome == Outcome.TORN ? MeshFinding.TORN : MeshFinding.WRONG_END, what.get());
      return;
    }
    boolean calm =
        message.completedAt < stream.life.end()
            && history.isCalm(stream.address, message.sentAt, message.completedAt)
            && history.hadConsumer(stream, message, message.completedAt);
    if (!calm) {
      return;
    }
    quiet++;
    if (answered || message.outcome == expected) {
      return;
    }
    if (message.outcome != Outcome.TIMED_OUT) {
      findings.add(MeshFinding.FAILED, what.get());
    } else if (isTooSoon(
        stream, message.sentAt, message.completedAt, message.timeoutMillis, what)) {
      slow.merge(Slow.of(message), 1L, Long::sum);
    }
  }

  /** Returns whether nothing explains a timeout, of a kind that a busy machine may cause. */
  private boolean isTooSoon(
      MeshStream stream, long from, long to, int timeoutMillis, Supplier<String> what) {
    int node = stream.life.node.number();
    if (timeoutMillis < MANY_SECONDS) {
      boolean slow = !history.isHeldUp(node, stream.address, from, to);
      if (slow) {
        findings.add(MeshFinding.SLOW, what.get());
      }
      return slow;
    }
    long idle = 0;
    for (MeshPlan.Node other : history.plan.nodes()) {
      if (other.number() == node || stream.address.mayBeOn(other.number())) {
        idle += history.idle(other.number(), from, to);
      }
    }
    if (idle < TimeUnit.MILLISECONDS.toNanos(MANY_SECONDS)) {
      findings.add(MeshFinding.TIMED_OUT, what.get());
    }
    return false;
  }

  private void check(MeshAsk ask) {
    MeshMessage message = history.find(ask.id);
    if (message == null) {
      return; // The check of the receipts reports it.
    }
    MeshStream stream = history.stream(ask.id);
    Supplier<String> what =
        () ->
            "the request in the reply of %s to %s, ended %s %s"
                .formatted(
                    ask.life,
                    history.describe(stream, message),
                    history.at(ask.answeredAt),
                    ask.outcome);
    if (!hasEnded(ask.life, ask.askedAt, ask.answeredAt, ask.timeoutMillis, what)) {
      return;
    }
    // The answer leaves only when the first request has ended with this reply.
    boolean calm =
        message.outcome == Outcome.REPLIED
            && ask.answeredAt < stream.life.end()
            && ask.answeredAt < ask.life.end()
            && history.isCalm(stream.address, message.sentAt, ask.answeredAt);
    if (ask.outcome == Outcome.TORN) {
      findings.add(MeshFinding.TORN, what.get());
    } else if (!calm || ask.outcome == Outcome.REPLIED) {
      return;
    } else if (ask.outcome != Outcome.TIMED_OUT) {
      findings.add(MeshFinding.FAILED, what.get());
    } else if (isTooSoon(stream, ask.askedAt, ask.answeredAt, ask.timeoutMillis, what)) {
      slow.merge(Slow.ANSWER, 1L, Long::sum);
    }
  }
}
