package org.vertxipc.testing.mesh;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.TestBus;

/**
 * Six processes on one bus, which are killed, stopped, closed, and restarted under their names, at
 * random from a seed. One thread only.
 */
public final class Mesh implements AutoCloseable {
  private static final int TICK_MILLIS = 20;
  private static final int RING_BYTES = 1 << 16;
  private static final int FILE_BYTES = 1 << 22;
  private static final int CLOSE_MILLIS = 20_000;
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(60);
  private static final long QUIET = TimeUnit.SECONDS.toNanos(2);

  private final MeshPlan plan;
  private final TestBus bus;
  private final Path directory;
  private final Random random;
  private final MeshFindings findings = new MeshFindings();
  private final MeshWatch watch;
  private final MeshLeft left;
  private final List<Member> members = new ArrayList<>();
  private final List<MeshLife> lives = new ArrayList<>();
  private final List<MeshLife.Stop> stops = new ArrayList<>();
  private int kills;
  private int closes;
  private boolean printed;
  private boolean hushed;

  /** Returns a node by its name. */
  private static final class Member {
    final MeshPlan.Node node;
    MeshProcess process;
    int incarnations;
    long stoppedFrom;
    long goesOnAt;
    long startsAt;

    Member(MeshPlan.Node node) {
      this.node = node;
    }

    boolean isStopped() {
      return stoppedFrom != 0;
    }

    boolean isUp() {
      return process != null && !isStopped() && !process.isClosing() && process.isStarted();
    }
  }

  /**
   * A mesh, not started.
   *
   * @param directory for the ledgers and logs of its nodes
   */
  public Mesh(MeshPlan plan, TestBus bus, Path directory) {
    this.plan = plan;
    this.bus = bus;
    this.directory = directory;
    this.random = new Random(plan.seed());
    this.watch = new MeshWatch(plan.nodes().size(), findings);
    this.left = new MeshLeft(bus, plan);
    plan.nodes().forEach(node -> members.add(new Member(node)));
  }

  private void start(Member member) throws IOException {
    BusOptions options = bus.options(member.node.name()).setTransport(member.node.transport());
    options.setRingBytes(RING_BYTES).setCloseTimeoutMillis(CLOSE_MILLIS);
    // The queues of a user may have a limited size; with less in a queue, requests wait long.
    options.setMqueue(new MqueueOptions().setMaxMessages(10).setMessageBytes(4096));
    options.getMapped().setFileBytes(FILE_BYTES);
    for (String prefix : List.of("b.*", "s.*", "d.*", "l.*", "f.*", "q.*")) {
      options.addImport(prefix);
    }
    JsonObject config = TestBus.json(options);
    member.incarnations++;
    member.startsAt = 0;
    member.process =
        MeshProcess.start(plan, member.node.number(), member.incarnations, config, directory);
    left.started(member.process.pid());
  }

  /** Starts all nodes and does things to them for a time; in the end all are up and have met. */
  public void run(int seconds) throws Exception {
    for (Member member : members) {
      start(member);
    }
    until("all have met", this::allAreUp);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long next = System.nanoTime();
    for (long now = next; now < end; now = System.nanoTime()) {
      if (now >= next) {
        doSomething(now);
        next = now + TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(1_200));
      }
      tick(now);
    }
    for (Member member : members) {
      member.goesOnAt = Math.min(member.goesOnAt, end);
      member.startsAt = Math.min(member.startsAt, end);
    }
    until("all are up again", this::allAreUp);
    long[][] before = MeshWatch.answers(up());
    until("all have met again", () -> allHaveMet(before));
  }

  private void doSomething(long now) throws Exception {
    Member member = members.get(random.nextInt(members.size()));
    int chance = random.nextInt(20);
    long millis = TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500));
    if (member.process == null) {
      return;
    }
    if (!member.node.steady() && chance < 9) {
      kill(member);
      member.startsAt = now + millis;
    } else if (!member.node.steady() && chance < 13 && member.isUp()) {
      member.process.beginToClose();
      member.startsAt = now + millis;
      closes++;
    } else if (!member.isStopped() && !member.process.isClosing()) {
      member.stoppedFrom = System.nanoTime();
      member.goesOnAt = now + millis;
      member.process.signal("STOP");
    }
  }

  private void kill(Member member) throws Exception {
    long from = System.nanoTime();
    member.process.kill();
    long to = System.nanoTime();
    over(member, from, to, MeshLife.End.KILLED);
    kills++;
    if (member.isStopped()) {
      stops.add(new MeshLife.Stop(member.node.number(), member.stoppedFrom, to));
      member.stoppedFrom = 0;
    }
  }

  private void tick(long now) throws Exception {
    for (Member member : members) {
      if (member.isStopped() && now >= member.goesOnAt) {
        member.process.signal("CONT");
        stops.add(new MeshLife.Stop(member.node.number(), member.stoppedFrom, System.nanoTime()));
        member.stoppedFrom = 0;
      }
      if (member.process != null && member.process.hasEnded()) {
        closed(member);
      }
      if (member.process == null && now >= member.startsAt) {
        start(member);
      }
    }
    left.look();
    if (!hushed && watch.look(up(), now) && !printed) {
      printed = true;
      for (Member member : members) {
        if (member.isUp()) {
          member.process.printThreads();
        }
      }
    }
    Thread.sleep(TICK_MILLIS);
  }

  private void closed(Member member) throws IOException {
    long from = member.process.closingFrom();
    over(member, from, System.nanoTime(), MeshLife.End.CLOSED);
  }

  private void over(Member member, long from, long to, MeshLife.End end) throws IOException {
    lives.add(member.process.life(from, to, end));
    member.process.thrown().forEach(thrown -> findings.add(MeshFinding.THREW, thrown));
    member.process = null;
  }

  private List<Ledger> up() {
    List<Ledger> up = new ArrayList<>();
    members.forEach(member -> up.add(member.isUp() ? member.process.ledger() : null));
    return up;
  }

  private boolean allAreUp() {
    return members.stream().allMatch(Member::isUp);
  }

  private boolean allHaveMet(long[][] before) {
    long[][] now = MeshWatch.answers(up());
    for (int i = 0; i < now.length; i++) {
      for (int j = 0; j < now.length; j++) {
        if (i != j && now[i][j] <= before[i][j]) {
          return false;
        }
      }
    }
    return true;
  }

  /** Waits for what must come, and records when it does not: the ledgers say more about it. */
  private void until(String what, BooleanSupplier condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      tick(System.nanoTime());
      if (System.nanoTime() - start > LONGEST_WAIT) {
        findings.add(MeshFinding.WEDGED, "not within a minute: " + what);
        return;
      }
    }
  }

  /** Sees to it that nothing new is sent, and that what is under way arrives. */
  public void hush() throws Exception {
    // From here on nobody asks the others, except about what is under way.
    hushed = true;
    for (Member member : members) {
      if (member.isUp()) {
        member.process.tell("hush");
      }
    }
    long[] last = {-1, 0};
    BooleanSupplier quiet =
        () -> {
          long count = 0;
          long waiting = 0;
          for (Ledger ledger : up()) {
            count += ledger == null ? 0 : ledger.count();
            waiting += ledger == null || !ledger.isHushed() ? 1 : ledger.waiting();
          }
          long now = System.nanoTime();
          if (count != last[0] || waiting > 0) {
            last[0] = count;
            last[1] = now;
          }
          return now - last[1] > QUIET;
        };
    until("nothing is under way", quiet);
  }

  /** Ends all nodes normally, at the same time. */
  public void end() throws Exception {
    for (Member member : members) {
      if (member.isUp()) {
        member.process.beginToClose();
      }
      // They have nothing to do before the watch looks again.
      member.startsAt = Long.MAX_VALUE;
    }
    until("all have ended", () -> members.stream().allMatch(member -> member.process == null));
    for (Member member : members) {
      if (member.process != null) {
        kill(member);
      }
    }
  }

  /** Checks what is left after the end, and what the ledgers say. */
  public MeshReport report(Vertx vertx) throws Exception {
    left.check(vertx, findings);
    MeshHistory history = MeshHistory.read(plan, lives, stops);
    MeshReport report = MeshReport.of(history);
    report.findings().addAll(findings);
    report.say("%d killed, %d closed, %d stopped".formatted(kills, closes, stops.size()));
    report.say("%d queues seen".formatted(left.queuesSeen()));
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    report.say("load of the machine, the last minute: %.1f".formatted(load));
    return report;
  }

  /** Returns how often something was done to a node. */
  public int actions() {
    return kills + closes + stops.size();
  }

  /** Kills what is still there, after a test that has failed. */
  @Override
  public void close() throws Exception {
    boolean left = false;
    for (Member member : members) {
      if (member.process != null) {
        left = true;
        member.process.kill();
      }
    }
    if (left) {
      OtherUsers.delete(bus.path());
    }
  }
}
