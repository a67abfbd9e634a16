package org.vertxipc.testing.mesh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The combined contents of all ledgers of a mesh. */
final class MeshHistory {
  /** How long a message may be under way: others go before it, and nodes are stopped. */
  static final long UNDER_WAY = TimeUnit.SECONDS.toNanos(6);

  /** How long it may take until all nodes know of a change; no such time is quiet. */
  static final long MARGIN = TimeUnit.SECONDS.toNanos(3);

  final MeshPlan plan;
  final List<MeshLifeLog> lives = new ArrayList<>();
  private final Map<Integer, MeshStream> streams = new LinkedHashMap<>();
  private final Map<Long, MeshAsk> asks = new HashMap<>();
  private final Map<Integer, Spans> goings = new HashMap<>();
  private final Map<Integer, Spans> hollow = new HashMap<>();
  private final List<MeshLife.Stop> stopped;
  private final List<Spans> stops = new ArrayList<>();
  private final List<Spans> stalls = new ArrayList<>();
  private final long begin;

  private MeshHistory(MeshPlan plan, List<MeshLife> all, List<MeshLife.Stop> stopped) {
    this.plan = plan;
    this.stopped = List.copyOf(stopped);
    for (MeshLife life : all) {
      lives.add(new MeshLifeLog(life, plan.nodes().get(life.node())));
    }
    lives.sort(Comparator.comparingLong(log -> log.life.from()));
    begin = lives.isEmpty() ? 0 : lives.get(0).life.from();
    for (int i = 0; i < plan.nodes().size(); i++) {
      stops.add(new Spans());
      stalls.add(new Spans());
    }
    stopped.forEach(stop -> stops.get(stop.node()).add(stop.from(), stop.to()));
  }

  /** Reads all but what was received, for which see {@link MeshReceipts}. */
  static MeshHistory read(MeshPlan plan, List<MeshLife> lives, List<MeshLife.Stop> stops)
      throws IOException {
    MeshHistory history = new MeshHistory(plan, lives, stops);
    for (MeshLifeLog log : history.lives) {
      Ledger.read(log.life.ledger(), entry -> history.take(log, entry));
      log.finish();
    }
    history.sum();
    return history;
  }

  private void take(MeshLifeLog log, LedgerEntry entry) {
    log.take(entry);
    switch (entry.kind()) {
      case SENT -> stream(log, entry.id()).add(new MeshMessage(entry));
      case WRITTEN -> {
        MeshMessage message = find(entry.id());
        message.completedAt = entry.time();
        message.code = entry.number();
      }
      case COMPLETED -> {
        MeshMessage message = find(entry.id());
        message.completedAt = entry.time();
        message.outcome = entry.outcome();
        message.code = entry.number();
      }
      case ASKED -> asks.put(entry.id(), new MeshAsk(log, entry));
      case ANSWERED -> {
        MeshAsk ask = asks.get(entry.id());
        ask.answeredAt = entry.time();
        ask.outcome = entry.outcome();
      }
      default -> {
        // It concerns the life alone, or it is a receipt.
      }
    }
  }

  private MeshStream stream(MeshLifeLog log, long id) {
    MessageId is = MessageId.of(id);
    return streams.computeIfAbsent(
        MessageId.stream(id), s -> new MeshStream(log, plan.address(is.address()), is));
  }

  private void sum() {
    for (MeshLifeLog log : lives) {
      for (MeshPlan.Address address : plan.addresses()) {
        if (address.mayBeOn(log.node.number())) {
          MeshPresence presence = log.presence(address.number());
          goings(address).addAll(presence.goings);
          hollow(address).addAll(presence.hollow);
        }
      }
      stalls.get(log.node.number()).addAll(log.stalls);
    }
  }

  private Spans goings(MeshPlan.Address address) {
    return goings.computeIfAbsent(address.number(), a -> new Spans());
  }

  private Spans hollow(MeshPlan.Address address) {
    return hollow.computeIfAbsent(address.number(), a -> new Spans());
  }

  Collection<MeshStream> streams() {
    return streams.values();
  }

  Collection<MeshAsk> asks() {
    return asks.values();
  }

  MeshStream stream(long id) {
    return streams.get(MessageId.stream(id));
  }

  /** Returns a message; null when nobody sent it. */
  MeshMessage find(long id) {
    MeshStream stream = stream(id);
    return stream == null ? null : stream.find(id);
  }

  /**
   * Returns whether no export, consumer or node of an address went between two times, or shortly
   * before them.
   */
  boolean isCalm(MeshPlan.Address address, long from, long to) {
    return !goings(address).touch(from - MARGIN, to);
  }

  /**
   * Returns whether messages may have come back from an exporter without a consumer in that time.
   */
  boolean mayBounce(MeshPlan.Address address, long from, long to) {
    return !isCalm(address, from, to) || hollow(address).touch(from - MARGIN, to);
  }

  /**
   * Returns whether a send may have gone to a store and be waiting there: the node that keeps
   * messages may have exported the address without a consumer, or be down.
   */
  boolean mayWait(MeshPlan.Address address, long from, long to) {
    for (MeshPlan.Node node : plan.nodes()) {
      if (node.keepsMessages() && address.mayBeOn(node.number())) {
        boolean takes = false;
        for (MeshLifeLog log : lives) {
          takes |=
              log.node.equals(node)
                  && log.presence(address.number()).exported.cover(from - MARGIN, to)
                  && !log.presence(address.number()).hollow.touch(from - MARGIN, to);
        }
        if (!takes) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns how long a node did nothing between two times, by its stops and by what it saw itself.
   */
  long idle(int node, long from, long to) {
    return stops.get(node).within(from, to) + stalls.get(node).within(from, to);
  }

  /** Returns whether a node, or one that may export an address, was stopped or stalled then. */
  boolean isHeldUp(int node, MeshPlan.Address address, long from, long to) {
    for (MeshPlan.Node other : plan.nodes()) {
      if (other.number() == node || address.mayBeOn(other.number())) {
        if (stops.get(other.number()).touch(from - MARGIN, to)
            || stalls.get(other.number()).touch(from - MARGIN, to)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns whether a message had a consumer that its sender knew of, from when it was sent until a
   * time.
   */
  boolean hadConsumer(MeshStream stream, MeshMessage message, long to) {
    for (MeshLifeLog log : lives) {
      for (MeshPresence.Consumer consumer : log.presence(stream.address.number()).consumers()) {
        if (couldGet(stream, message, consumer, to)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns whether it is certain that a consumer was there for a message, and known to its sender.
   */
  boolean couldGet(
      MeshStream stream, MeshMessage message, MeshPresence.Consumer consumer, long to) {
    if (!consumer.isThere(message.sentAt, to)) {
      return false;
    }
    boolean own = consumer.life == stream.life;
    if (own || consumer.local || stream.address.role() == MeshPlan.Role.LOCAL) {
      return own && stream.lane == MessageId.Lane.EVENT_BUS;
    }
    boolean known = (message.view >> consumer.life.node.number() & 1) != 0;
    Spans exported = consumer.life.presence(stream.address.number()).exported;
    return known && exported.cover(message.sentAt - MARGIN, to);
  }

  /** Returns what was done to the nodes, a line for each life and stop. */
  List<String> timeline() {
    List<String> lines = new ArrayList<>();
    for (MeshLifeLog log : lives) {
      String lived = "%s to %s".formatted(at(log.life.from()), at(log.life.endFrom()));
      lines.add("%s: %s, %s".formatted(log, lived, log.life.end()));
    }
    for (MeshLife.Stop stop : stopped) {
      String node = plan.nodes().get(stop.node()).name();
      lines.add("%s: stopped from %s to %s".formatted(node, at(stop.from()), at(stop.to())));
    }
    return lines;
  }

  /** Returns the time since the first node was started. */
  String at(long time) {
    return time == 0 ? "never" : "+%.3f s".formatted((time - begin) / 1e9);
  }

  /** A message and what is known of it. */
  String describe(MeshStream stream, MeshMessage message) {
    MessageId is = MessageId.of(message.id);
    StringBuilder text = new StringBuilder();
    text.append(
        "%s %d of %s, place %d, %s, to %s, %s, sent %s"
            .formatted(
                is.kind(),
                is.number(),
                stream.life,
                is.place(),
                is.lane(),
                stream.address.name(),
                is.act(),
                at(message.sentAt)));
    if (message.timeoutMillis > 0 && is.kind() == MessageId.Kind.REQUEST) {
      text.append(", timeout %d ms".formatted(message.timeoutMillis));
    }
    text.append(", %d bytes".formatted(new MeshBody(message.id, MeshBody.Part.MESSAGE).length()));
    if (message.receivedAt != 0) {
      text.append(", got by %s %s".formatted(message.receivedBy.life, at(message.receivedAt)));
    }
    if (message.repliedAt != 0) {
      int bytes = new MeshBody(message.id, MeshBody.Part.REPLY).length();
      text.append(", replied %s, %d bytes".formatted(at(message.repliedAt), bytes));
    }
    if (message.completedAt != 0) {
      text.append(", ended %s (%d)".formatted(at(message.completedAt), message.code));
      text.append(message.outcome == null ? "" : " " + message.outcome);
    }
    return text.toString();
  }
}
