package org.vertxipc.cluster;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.log.CommandLog;
import org.vertxipc.machine.MemberCommand;
import org.vertxipc.machine.Members.Member;

/** Takes the dead out of the cluster. All methods are called on the node's worker thread. */
final class Undertaker {
  private static final Logger log = LoggerFactory.getLogger(Undertaker.class);

  // The kernel closes the descriptors of a dying process one after the other.
  private static final int DEATH_ATTEMPTS = 20;
  private static final long DEATH_MILLIS = 5;
  // That with the lock, and the log.
  private static final int OTHER_FILES = 2;

  private final String self;
  private final Path directory;
  private final CommandLog commands;
  private final Replica replica;
  private final Turns turns;
  private final ScheduledExecutorService worker;

  Undertaker(
      String self,
      Path directory,
      CommandLog commands,
      Replica replica,
      Turns turns,
      ScheduledExecutorService worker) {
    this.self = self;
    this.directory = directory;
    this.commands = commands;
    this.replica = replica;
    this.turns = turns;
    this.worker = worker;
  }

  /** Somebody is dying, or dead. */
  void buryDying() {
    bury(DEATH_ATTEMPTS);
  }

  /** Looks once, as is done from time to time. */
  void look() {
    bury(1);
    sweep();
  }

  private void bury(int attempts) {
    if (replica.broken() != null) {
      return;
    }
    try {
      replica.catchUp();
      if (!dead().isEmpty()) {
        List<Member> found = new ArrayList<>();
        turns.exclusively(
            Long.MAX_VALUE,
            () -> {
              found.addAll(dead());
              return found.stream()
                  .<Submission<?>>map(
                      member -> Submission.quietly(new MemberCommand.Leave(member.node())))
                  .toList();
            },
            () -> removeRemains(found));
      } else if (attempts > 1) {
        var unused = worker.schedule(() -> bury(attempts - 1), DEATH_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (RejectedExecutionException e) {
      log.debug("This node leaves", e);
    } catch (IOException e) {
      log.warn("Nobody can tell who of the cluster is dead", e);
    }
  }

  /**
   * Removes what is nobody's: of a process that died while it joined, of which no member knows. It
   * does so only when it can be this node's turn at once, else another time.
   */
  private void sweep() {
    if (replica.broken() != null) {
      return;
    }
    try {
      if (isAnyLeft()) {
        turns.exclusively(0, List::of, this::removeNobodys);
      }
    } catch (IOException e) {
      log.warn("Files of the dead may be left in " + directory, e);
    }
  }

  private boolean isAnyLeft() throws IOException {
    Set<Integer> slots = slots();
    int others = 0;
    for (Path file : files()) {
      int slot = Bells.slot(file);
      others += slot < 0 ? 1 : 0;
      if (slot >= 0 && !slots.contains(slot)) {
        return true;
      }
    }
    return others > OTHER_FILES;
  }

  /** Nobody joins now, so whoever has no slot is dead. */
  private void removeNobodys() throws IOException {
    Set<Integer> slots = slots();
    for (Path file : files()) {
      int slot = Bells.slot(file);
      if (slot >= 0 && !slots.contains(slot) && !commands.isClaimed(slot)) {
        Cleanup.unlink(file);
      }
    }
    commands.removeOld();
  }

  private Set<Integer> slots() {
    return replica.peek(machine -> machine.members().all()).stream()
        .map(Member::slot)
        .collect(Collectors.toSet());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    } catch (NoSuchFileException e) {
      // Somebody has removed it, while the cluster lives.
      return List.of();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** What the dead have left. It is this node's turn, so that nobody takes their slots now. */
  private void removeRemains(List<Member> dead) {
    for (Member member : dead) {
      Cleanup.unlink(Bells.path(directory, member.slot()));
    }
    commands.removeOld();
  }

  private List<Member> dead() {
    return replica.others(self).stream().filter(member -> !isAlive(member)).toList();
  }

  private boolean isAlive(Member member) {
    try {
      return commands.isClaimed(member.slot());
    } catch (IOException e) {
      log.warn("Nobody can tell whether node " + member.node() + " is alive", e);
      return true;
    }
  }
}
