package org.vertxipc.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.log.CommandLog;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.Machine;
import org.vertxipc.machine.MemberCommand;
import org.vertxipc.machine.Members.Member;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/**
 * A node of a cluster without a network. Everything that a node has completed is seen by every
 * other that reads afterwards. Thread-safe, except for {@link #join} and {@link #leave}, which
 * block and are called once.
 */
public final class ClusterNode {
  private static final Logger log = LoggerFactory.getLogger(ClusterNode.class);

  private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOK_MILLIS = 1_000;
  private static final long CLOSE_SECONDS = 10;

  private final String name;
  private final ContextInternal loop;
  private final ClusterListener listener;
  private final Events events;
  private final ScheduledExecutorService worker;
  private Place place;
  private CommandLog commands;
  private Replica replica;
  private Turns turns;
  private Undertaker undertaker;
  private volatile Bells bells;
  private int slot;
  private volatile boolean left;

  /**
   * A node that is not yet in the cluster.
   *
   * @param name unique for ever
   * @param loop an event loop, on which descriptors are watched
   * @param listener is told what happens
   */
  public ClusterNode(String name, ContextInternal loop, ClusterListener listener) {
    this.name = name;
    this.loop = loop;
    this.listener = listener;
    this.events = new Events(name, new Told());
    this.worker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "vertx-ipc-cluster-" + name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Others hear of their bells, and listeners of the rest. */
  private final class Told implements Events.NodeEvents {
    @Override
    public void joined(String node, List<String> members) {
      watchSoon();
      listener.joined(node, members);
    }

    @Override
    public void left(String node, List<String> members) {
      if (bells != null) {
        bells.forget(node);
      }
      watchSoon();
      listener.left(node, members);
    }

    @Override
    public void registrationsChanged(String address) {
      listener.registrationsChanged(address);
    }

    @Override
    public void granted(String lock, long ticket) {
      listener.granted(lock, ticket);
    }
  }

  /**
   * Joins. What is dead is taken out of the cluster before; a cluster without members begins anew.
   *
   * @param config which bus, and who has access
   * @param roomBytes of the log, at the least
   * @throws IOException when it can't; nothing is left then
   */
  public void join(BusConfig config, int roomBytes) throws IOException {
    Posix.load();
    place = Place.open(config, roomBytes);
    commands = place.log();
    replica = new Replica(commands, events, this::brokenDown);
    turns = new Turns(commands, replica, worker, this::wakeOthers);
    undertaker = new Undertaker(name, place.directory(), commands, replica, turns, worker);
    boolean entered = false;
    try {
      replica.load();
      int bell = enter();
      entered = true;
      commands.unlock();
      listen(bell);
    } catch (IOException | RuntimeException e) {
      undo(entered, e);
      throw e;
    }
    var unused =
        worker.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    replica.catchUp();
  }

  private void undo(boolean entered, Exception why) {
    try {
      if (entered) {
        sayGoodbye();
      } else {
        commands.giveUp(slot);
        place.removeIfLast();
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    abandon();
    worker.shutdown();
    // After the loop has begun to listen, if it ever does.
    loop.runOnContext(v -> closeBells());
  }

  private int enter() throws IOException {
    List<Submission<?>> batch = new ArrayList<>();
    List<Integer> taken = new ArrayList<>();
    for (Member member : replica.peek(machine -> machine.members().all())) {
      if (commands.isClaimed(member.slot())) {
        taken.add(member.slot());
      } else {
        batch.add(Submission.quietly(new MemberCommand.Leave(member.node())));
        Cleanup.unlink(Bells.path(place.directory(), member.slot()));
      }
    }
    while (slot < CommandLog.SLOTS && (taken.contains(slot) || !commands.claim(slot))) {
      slot++;
    }
    if (slot == CommandLog.SLOTS) {
      throw new IOException(
          "the cluster has " + CommandLog.SLOTS + " nodes, which is all it takes");
    }
    int bell = Bells.create(place.access(), place.directory(), slot);
    commands.fallAsleep(slot);
    Submission<Boolean> join =
        Submission.quietly(new MemberCommand.Join(name, slot, ProcessHandle.current().pid()));
    batch.add(join);
    replica.write(batch);
    if (!Boolean.TRUE.equals(join.result())) {
      Cleanup.close(bell);
      Cleanup.unlink(Bells.path(place.directory(), slot));
      Throwable why = join.failure();
      throw new IOException(
          "this node can't join: " + (why == null ? "there is one of its name" : why.getMessage()),
          why);
    }
    return bell;
  }

  private void listen(int bell) throws IOException {
    onLoop(() -> listenOnLoop(bell));
    watchSoon();
    wakeOthers();
  }

  /** Does something on the event loop, and waits for it. */
  private void onLoop(Turns.Exclusive task) throws IOException {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        v -> {
          try {
            task.run();
            done.succeed();
          } catch (IOException | RuntimeException e) {
            done.fail(e);
          }
        });
    Blocking.get(done.future(), CLOSE_SECONDS);
  }

  private void listenOnLoop(int bell) throws IOException {
    Reactor reactor;
    try {
      if (left) {
        throw new IOException("the event loop was blocked for too long");
      }
      reactor = Reactor.create(loop);
    } catch (IOException | RuntimeException e) {
      Cleanup.close(bell);
      throw e;
    }
    bells =
        new Bells(
            place.access(),
            place.directory(),
            reactor,
            () -> soon(this::wake),
            () -> soon(undertaker::buryDying));
    bells.listen(bell);
  }

  private void soon(Runnable task) {
    try {
      worker.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("Somebody has rung after this node has left", e);
    }
  }

  private void watchSoon() {
    if (bells != null) {
      loop.runOnContext(v -> bells.watch(replica.others(name)));
    }
  }

  private void closeBells() {
    if (bells != null) {
      bells.close();
    }
  }

  private void wakeOthers() {
    for (Member member : replica.others(name)) {
      if (bells != null && commands.wake(member.slot())) {
        bells.ring(member);
      }
    }
  }

  /** Somebody has rung, or it is time to look. */
  private void wake() {
    if (!left) {
      replica.catchUp();
      commands.fallAsleep(slot);
      // What came before others could know that this node sleeps.
      replica.catchUp();
    }
  }

  private void look() {
    try {
      wake();
      undertaker.look();
    } catch (RuntimeException e) {
      log.error("The cluster is not looked after", e);
    }
  }

  /**
   * Changes the state of the cluster.
   *
   * @param command what to do
   * @param done is told what came of it, on any thread, when every other node that reads sees it
   * @param <R> what it results in
   */
  public <R> void submit(Command<R> command, Completable<R> done) {
    turns.submit(command, done);
  }

  /**
   * Reads something of the state as it is now. It does not wait for others.
   *
   * @param reader must not keep anything of the machine
   * @param <T> what it reads
   * @return what it has read
   * @throws IllegalStateException when this node is out of the cluster
   */
  public <T> T read(Function<Machine, T> reader) {
    return replica.read(reader);
  }

  /**
   * Reads something of the state as it was when somebody last looked, as a listener does.
   *
   * @param reader must not keep anything of the machine
   * @param <T> what it reads
   * @return what it has read
   */
  public <T> T peek(Function<Machine, T> reader) {
    return replica.peek(reader);
  }

  /** Sees to it that what others have completed is known here. It is quick when nothing is new. */
  public void catchUp() {
    if (!left) {
      replica.catchUp();
    }
  }

  /**
   * Returns why this node is out of the cluster.
   *
   * @return null while it is in
   */
  public Throwable broken() {
    return replica.broken();
  }

  private void brokenDown(Throwable cause) {
    log.error("This node is out of the cluster: " + cause.getMessage(), cause);
    try {
      // The others take it out then: what it has locked must not stay so.
      commands.giveUp(slot);
    } catch (IOException e) {
      log.warn("The others can't notice that this node is out of the cluster", e);
    }
    listener.broken(cause);
  }

  /** Leaves. Does nothing the second time. */
  public synchronized void leave() {
    if (left) {
      return;
    }
    boolean told = false;
    try {
      told = sayGoodbye();
    } catch (IOException e) {
      log.warn("This node leaves as if it had died", e);
    }
    if (!told) {
      log.warn("This node could not say that it leaves; the others will find it gone");
      leaveNothing();
    }
    left = true;
    turns.end();
    worker.shutdown();
    try {
      onLoop(this::closeBells);
    } catch (IOException e) {
      log.warn("Descriptors of the cluster stay open", e);
    }
    abandon();
  }

  /** Says that it leaves, after which it must not write any more. */
  private boolean sayGoodbye() throws IOException {
    return turns.exclusively(
        LEAVE_NANOS,
        () -> List.of(Submission.quietly(new MemberCommand.Leave(name))),
        () -> {
          turns.end();
          Cleanup.unlink(Bells.path(place.directory(), slot));
          commands.giveUp(slot);
          place.removeIfLast();
        });
  }

  /** The log can't be told that this node leaves: the others find it gone. */
  private void leaveNothing() {
    try {
      if (commands.tryLock()) {
        Cleanup.unlink(Bells.path(place.directory(), slot));
        commands.giveUp(slot);
        place.removeIfLast();
      }
    } catch (IOException e) {
      log.warn("Files of the cluster may be left", e);
    }
  }

  /** Gives everything back. */
  private void abandon() {
    left = true;
    place.guard().close();
    turns.close();
    replica.close(
        new IOException("it has left"),
        () -> {
          try {
            commands.close();
          } catch (IOException e) {
            log.warn("The log of the cluster is not closed properly", e);
          }
        });
  }
}
