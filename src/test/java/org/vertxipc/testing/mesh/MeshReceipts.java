package org.vertxipc.testing.mesh;

import java.io.IOException;
import org.vertxipc.testing.mesh.MessageId.Kind;
import org.vertxipc.testing.mesh.MessageId.Lane;

/** Checks received messages: was each sent, is it intact, did it arrive once, and in order? */
final class MeshReceipts {
  private final MeshHistory history;
  private final MeshFindings findings;
  private long count;
  private long marked;

  MeshReceipts(MeshHistory history, MeshFindings findings) {
    this.history = history;
    this.findings = findings;
  }

  void check() throws IOException {
    for (MeshLifeLog log : history.lives) {
      Ledger.read(log.life.ledger(), entry -> take(log, entry));
    }
  }

  long count() {
    return count;
  }

  /** Returns how many were marked as redelivered. */
  long marked() {
    return marked;
  }

  private void take(MeshLifeLog log, LedgerEntry entry) {
    switch (entry.kind()) {
      case RECEIVED -> received(log, entry);
      case REPLIED -> {
        MeshMessage message = history.find(entry.id());
        if (message != null && message.repliedAt == 0) {
          message.repliedAt = entry.time();
        }
      }
      case TORN -> torn(log, entry);
      default -> {
        // It is no receipt.
      }
    }
  }

  private void torn(MeshLifeLog log, LedgerEntry entry) {
    MeshMessage message = entry.id() == 0 ? null : history.find(entry.id());
    String what = message == null ? "?" : history.describe(history.stream(entry.id()), message);
    findings.add(MeshFinding.TORN, "%s at %s: %s".formatted(entry.flaw(), log, what));
  }

  private void received(MeshLifeLog log, LedgerEntry entry) {
    count++;
    boolean again = entry.detail() == 1;
    marked += again ? 1 : 0;
    MeshMessage message = history.find(entry.id());
    MeshPresence.Consumer consumer = log.consumer(entry.number());
    if (message == null || consumer == null) {
      String what = MessageId.isOne(entry.id()) ? MessageId.of(entry.id()).toString() : "?";
      findings.add(MeshFinding.INVENTED, what + " at " + log);
      return;
    }
    MeshStream stream = history.stream(entry.id());
    if (!mayCome(stream, consumer)) {
      add(MeshFinding.ASTRAY, stream, message, entry, consumer);
    }
    // What may have been delivered before may come again, to the next life or another consumer.
    boolean mayRepeat = again && log.node.keepsMessages();
    MeshStream.Track track = stream.track(consumer);
    int number = MessageId.number(entry.id());
    boolean twice = track.seen.get(number);
    track.seen.set(number);
    if (MessageId.of(entry.id()).kind() != Kind.PUBLISH && message.receivedAt != 0) {
      twice |= !mayRepeat || !message.receivedBy.life.node.equals(log.node);
    }
    if (message.receivedAt == 0) {
      message.receivedAt = entry.time();
      message.receivedBy = consumer;
    }
    if (twice) {
      add(MeshFinding.TWICE, stream, message, entry, consumer);
      return;
    }
    int order = MeshStream.order(message, log.node);
    if (number > track.last[order]) {
      track.last[order] = number;
    } else if (!mayRepeat && !history.mayBounce(stream.address, message.sentAt, entry.time())) {
      add(MeshFinding.OVERTAKEN, stream, message, entry, consumer);
    }
  }

  private static boolean mayCome(MeshStream stream, MeshPresence.Consumer consumer) {
    boolean own = stream.life == consumer.life;
    boolean bound = consumer.local || stream.address.role() == MeshPlan.Role.LOCAL;
    boolean outside = stream.lane == Lane.OUTLET;
    return own ? !outside : !bound;
  }

  private void add(
      MeshFinding finding,
      MeshStream stream,
      MeshMessage message,
      LedgerEntry entry,
      MeshPresence.Consumer consumer) {
    findings.add(
        finding,
        "%s; here consumer %d%s of %s %s%s"
            .formatted(
                history.describe(stream, message),
                consumer.number,
                consumer.local ? " (local)" : "",
                consumer.life,
                history.at(entry.time()),
                entry.detail() == 1 ? ", marked" : ""));
  }
}
