package org.vertxipc.testing.mesh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.testing.mesh.LedgerEntry.Change;
import org.vertxipc.testing.mesh.LedgerEntry.Kind;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;
import org.vertxipc.testing.mesh.LedgerEntry.State;
import org.vertxipc.testing.mesh.MessageId.Act;
import org.vertxipc.testing.mesh.MessageId.Lane;

/**
 * Ledgers that no node wrote, for which the result of the check is known. Times are in
 * milliseconds.
 */
final class MeshScript {
  static final int END = 100_000;

  final MeshPlan plan;
  private final Path directory;
  private final List<MeshLife> lives = new ArrayList<>();
  private final List<MeshLife.Stop> stops = new ArrayList<>();
  private final Map<Integer, Integer> numbers = new HashMap<>();
  private final Map<Integer, Life> firsts = new HashMap<>();

  MeshScript(MeshPlan plan, Path directory) {
    this.plan = plan;
    this.directory = directory;
  }

  /** One life of a node. */
  final class Life {
    final int node;
    final int incarnation;
    private final Path file;
    private final Ledger ledger;
    private final int from;
    private int consumers;

    private Life(int node, int incarnation, int from) throws IOException {
      this.node = node;
      this.incarnation = incarnation;
      this.from = from;
      this.file = directory.resolve(node + "-" + incarnation);
      this.ledger = new Ledger(file);
      for (MeshPlan.Address address : plan.addresses()) {
        if (address.role().isPermanent() && address.mayBeOn(node)) {
          export(address.name(), from);
          consumer(address.name(), from, false);
        }
      }
    }

    void write(Kind kind, Enum<?> detail, int number, long id, int at) {
      ledger.add(kind, detail, number, id, nanos(at), 0);
    }

    private void write(Kind kind, int detail, int number, long id, int at, long extra) {
      ledger.add(kind, detail, number, id, nanos(at), extra);
    }

    void change(Change change, String address, int consumer, int at) {
      write(Kind.CHANGE, change, consumer, address(address).number(), at);
    }

    void export(String address, int at) {
      change(Change.EXPORT, address, 0, at);
      change(Change.EXPORTED, address, 0, at);
    }

    void withdraw(String address, int at) {
      change(Change.WITHDRAW, address, 0, at);
      change(Change.WITHDRAWN, address, 0, at);
    }

    /** Adds a consumer and returns its number; those from the start have the first numbers. */
    int consumer(String address, int at, boolean local) {
      int number = ++consumers;
      for (Change change : List.of(Change.REGISTER, Change.REGISTERED)) {
        int to = address(address).number();
        ledger.add(Kind.CHANGE, change, number, to, nanos(at), local ? 1 : 0);
      }
      return number;
    }

    /** Returns the number of a consumer that is there from the start. */
    int permanent(String name) {
      int number = 0;
      for (MeshPlan.Address address : plan.addresses()) {
        number += address.role().isPermanent() && address.mayBeOn(node) ? 1 : 0;
        if (address.name().equals(name)) {
          return number;
        }
      }
      throw new IllegalArgumentException(name);
    }

    void unregister(String address, int consumer, int at) {
      change(Change.UNREGISTER, address, consumer, at);
      change(Change.UNREGISTERED, address, consumer, at);
    }

    long send(MessageId.Kind kind, String to, int at) {
      return send(Lane.EVENT_BUS, kind, Act.NOTHING, to, at, address(to).exporters());
    }

    void sendTo(String to, MessageId.Kind kind, int view, int at) {
      send(Lane.EVENT_BUS, kind, Act.NOTHING, to, at, view);
    }

    long beginToWrite(MessageId.Kind kind, String to, int at) {
      return send(Lane.OUTLET, kind, Act.NOTHING, to, at, address(to).exporters());
    }

    long write(MessageId.Kind kind, String to, int at, int code) {
      long id = beginToWrite(kind, to, at);
      write(Kind.WRITTEN, 0, code, id, at, 0);
      return id;
    }

    /** A request to an address of the first node. */
    long request(Act act, String to, int at, boolean patient) {
      boolean choice = act != Act.SILENT && act != Act.LATE;
      int view = address(to).exporters();
      long id = send(Lane.EVENT_BUS, MessageId.Kind.REQUEST, act, to, at, view);
      // Its timeout follows from its number; the requests before it end as they should.
      while (choice && (timeout(id) == MessageId.LONG_TIMEOUT) != patient) {
        Life zero = firsts.get(0);
        zero.get(id, zero.permanent(to), at);
        end(id, act == Act.FAIL ? Outcome.FAILED_AS_ASKED : Outcome.REPLIED, at);
        id = send(Lane.EVENT_BUS, MessageId.Kind.REQUEST, act, to, at, view);
      }
      return id;
    }

    private long send(Lane lane, MessageId.Kind kind, Act act, String to, int at, int view) {
      MeshPlan.Address address = address(to);
      MessageId zero = new MessageId(node, incarnation, 0, lane, address.number(), kind, act, 0);
      int number = numbers.merge(MessageId.stream(zero.toLong()), 1, Integer::sum) - 1;
      long id = zero.toLong() + number;
      int known = view & ~(1 << node);
      write(Kind.SENT, known, MessageId.timeoutMillis(id, address.role()), id, at, 0);
      return id;
    }

    void get(long id, int consumer, int at) {
      write(Kind.RECEIVED, 0, consumer, id, at, 0);
    }

    void getAgain(long id, int consumer, int at) {
      write(Kind.RECEIVED, 1, consumer, id, at, 0);
    }

    void end(long id, Outcome outcome, int at) {
      write(Kind.COMPLETED, outcome, outcome == Outcome.FAILED ? 7001 : 0, id, at);
    }

    void peer(int peer, boolean up, int at) {
      write(Kind.PEER, up ? 1 : 0, peer, 0, at, 0);
    }

    void stalled(int at, int until) {
      write(Kind.STALLED, 0, 0, 0, at, nanos(until));
    }

    /** Takes the room of an entry that is never written. */
    void tear() {
      ledger.begin();
    }

    void kill(int at) {
      lives.add(life(at, MeshLife.End.KILLED));
    }

    void close(int at) {
      write(Kind.STATE, State.CLOSING, 0, 0, at);
      lives.add(life(at, MeshLife.End.CLOSED));
    }

    private MeshLife life(int at, MeshLife.End end) {
      return new MeshLife(node, incarnation, file, nanos(from), nanos(at), nanos(at), end);
    }
  }

  int timeout(long id) {
    return MessageId.timeoutMillis(id, plan.address(MessageId.of(id).address()).role());
  }

  /** A node that is there from the start. */
  Life start(int node) throws IOException {
    Life life = start(node, 1, 0);
    firsts.put(node, life);
    return life;
  }

  Life start(int node, int incarnation, int at) throws IOException {
    return new Life(node, incarnation, at);
  }

  void stop(int node, int from, int to) {
    stops.add(new MeshLife.Stop(node, nanos(from), nanos(to)));
  }

  MeshPlan.Address address(String name) {
    return plan.addresses().stream()
        .filter(address -> address.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long nanos(int millis) {
    // No time is 0, which means that something did not happen.
    return (millis + 1) * 1_000_000L;
  }

  /** What the check says. */
  MeshFindings check() throws IOException {
    return MeshReport.of(MeshHistory.read(plan, lives, stops)).findings();
  }
}
