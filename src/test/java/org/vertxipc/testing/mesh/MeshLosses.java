package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.List;
import org.vertxipc.testing.mesh.MeshPlan.Role;
import org.vertxipc.testing.mesh.MessageId.Kind;
import org.vertxipc.testing.mesh.MessageId.Lane;

/**
 * Looks for sends and publishes that should have been received and were not. The senders of
 * requests notice losses themselves.
 */
final class MeshLosses {
  private final MeshHistory history;
  private final MeshFindings findings;
  private long demanded;
  private long quiet;

  MeshLosses(MeshHistory history, MeshFindings findings) {
    this.history = history;
    this.findings = findings;
  }

  void check() {
    for (MeshStream stream : history.streams()) {
      if (stream.lane == Lane.OUTLET) {
        checkWrites(stream);
      }
      switch (stream.address.role()) {
        case STRICT, LOCAL -> checkStrict(stream);
        case DURABLE -> checkDurable(stream);
        case FAST, SLOW -> checkQuiet(stream);
        case BARRIER -> {
          // It gets nothing but requests.
        }
      }
    }
  }

  /** Returns how many messages had to arrive, once for each consumer. */
  long demanded() {
    return demanded;
  }

  /** Returns how many of those had to arrive because nothing happened near them. */
  long quiet() {
    return quiet;
  }

  /** Returns the consumers that may get what is sent, where they stay from beginning to end. */
  private List<MeshPresence.Consumer> permanent(MeshStream stream) {
    List<MeshPresence.Consumer> permanent = new ArrayList<>();
    for (MeshLifeLog log : history.lives) {
      boolean own = log == stream.life;
      boolean may =
          stream.address.role() == Role.LOCAL ? own : !own || stream.lane == Lane.EVENT_BUS;
      if (may) {
        permanent.addAll(log.presence(stream.address.number()).consumers());
      }
    }
    return permanent;
  }

  private static boolean isCounted(MeshStream stream, MeshMessage message) {
    return message != null
        && MessageId.of(message.id).kind() != Kind.REQUEST
        && (stream.lane == Lane.EVENT_BUS || message.isDone());
  }

  /** Checks that every write ends, and succeeds where its receivers are there and have room. */
  private void checkWrites(MeshStream stream) {
    for (MeshMessage message : stream.messages) {
      if (message == null || message.sentAt >= stream.life.promisedUntil()) {
        continue;
      }
      if (message.completedAt == 0) {
        add(MeshFinding.UNFINISHED, stream, message, null);
      } else if (message.code != 0 && stream.address.role() == Role.STRICT) {
        add(MeshFinding.FAILED, stream, message, null);
      }
    }
  }

  private void checkStrict(MeshStream stream) {
    List<MeshPresence.Consumer> permanent = permanent(stream);
    if (stream.life.isKilled()) {
      // Each of several receivers may have received up to a different message.
      permanent.forEach(consumer -> checkGaps(stream, consumer, permanent.size() == 1));
      return;
    }
    for (MeshMessage message : stream.messages) {
      if (!isCounted(stream, message) || message.sentAt >= stream.life.promisedUntil()) {
        continue;
      }
      demanded++;
      if (MessageId.of(message.id).kind() == Kind.SEND) {
        if (message.receivedAt == 0) {
          add(MeshFinding.LOST, stream, message, null);
        }
        continue;
      }
      for (MeshPresence.Consumer consumer : permanent) {
        if (!stream.got(consumer, message)) {
          add(MeshFinding.LOST, stream, message, consumer);
        }
      }
    }
  }

  /** Checks that what a killed sender sent arrives up to some message, and nothing after it. */
  private void checkGaps(MeshStream stream, MeshPresence.Consumer consumer, boolean alone) {
    MeshStream.Track track = stream.track(consumer);
    for (MeshMessage message : stream.messages) {
      if (!isCounted(stream, message)) {
        continue;
      }
      int order = MeshStream.order(message, consumer.life.node);
      boolean before = MessageId.number(message.id) < track.last[order];
      boolean his = alone || MessageId.of(message.id).kind() == Kind.PUBLISH;
      if (before && his) {
        demanded++;
        if (!stream.got(consumer, message)) {
          add(MeshFinding.GAP, stream, message, consumer);
        }
      }
    }
  }

  private void checkDurable(MeshStream stream) {
    for (MeshMessage message : stream.messages) {
      if (isCounted(stream, message)) {
        demanded++;
        if (message.receivedAt == 0) {
          add(MeshFinding.STORED_LOST, stream, message, null);
        }
      }
    }
  }

  private void checkQuiet(MeshStream stream) {
    for (MeshMessage message : stream.messages) {
      if (!isCounted(stream, message) || stream.lane != Lane.EVENT_BUS) {
        continue; // A write that has no receiver ends, too.
      }
      long to = message.sentAt + MeshHistory.UNDER_WAY;
      if (to >= stream.life.end()) {
        continue;
      }
      if (MessageId.of(message.id).kind() == Kind.PUBLISH) {
        checkPublish(stream, message, to);
      } else if (history.isCalm(stream.address, message.sentAt, to)
          && !history.mayWait(stream.address, message.sentAt, to)
          && history.hadConsumer(stream, message, to)) {
        demanded++;
        quiet++;
        if (message.receivedAt == 0) {
          add(MeshFinding.VANISHED, stream, message, null);
        }
      }
    }
  }

  private void checkPublish(MeshStream stream, MeshMessage message, long to) {
    for (MeshLifeLog log : history.lives) {
      for (MeshPresence.Consumer consumer : log.presence(stream.address.number()).consumers()) {
        if (history.couldGet(stream, message, consumer, to)) {
          demanded++;
          quiet++;
          if (!stream.got(consumer, message)) {
            add(MeshFinding.VANISHED, stream, message, consumer);
          }
        }
      }
    }
  }

  private void add(
      MeshFinding finding, MeshStream stream, MeshMessage message, MeshPresence.Consumer consumer) {
    String where =
        consumer == null
            ? ""
            : "; missed by consumer %d of %s".formatted(consumer.number, consumer.life);
    findings.add(finding, history.describe(stream, message) + where);
  }
}
