package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.ClusterHosts;
import org.vertxipc.testing.ClusterProcess;
import org.vertxipc.testing.ClusterView;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.history.Finding;
import org.vertxipc.testing.history.History;
import org.vertxipc.testing.history.Linearizability;

/**
 * Checks that maps, counters and locks of a cluster without a network are linearizable: clients in
 * four processes do random operations and note them, two of the processes are killed, another joins
 * meanwhile, and there must be an order that explains what all of them were told.
 */
@Faults
@Timeout(value = 2, unit = TimeUnit.HOURS)
@OnOneJdk
class ClusterHistoryTest {
  private static final int PROCESSES = 4;
  private static final int CLIENTS = 2;
  private static final int FEWEST_OPERATIONS = 50;
  private static final int MORE_OPERATIONS = 300;
  private static final int MAX_PAUSE_MICROS = 10_000;
  private static final int FEWEST_LOGS = 5;

  @TempDir private Path notes;

  private final Random random = FaultTable.random("history of a cluster without a network");
  private int operations;
  private int underWay;
  private int withLock;
  private long checked;

  /** A member, and the files of its clients. */
  private record Node(ClusterProcess process, ClusterView view, List<Path> files) {}

  @Test
  void thereIsAnOrderThatExplainsWhatAllWereTold() throws Exception {
    FaultTable.Row row = FaultTable.row("kill -9 of two of four, histories");
    int times = FaultTable.times(1, 20);
    for (int i = 0; i < times; i++) {
      row.lost(round(Files.createDirectory(notes.resolve("round-" + i))).size());
      row.times(2);
    }
    System.out.printf(
        "%d operations in %d histories, %d under way when they were killed;"
            + " %d of %d processes killed with a lock; checked in %d ms%n",
        operations, times, underWay, withLock, 2 * times, TimeUnit.NANOSECONDS.toMillis(checked));
    assertTrue(row.isClean(), row::toString);
  }

  private List<Finding> round(Path directory) throws Exception {
    History history = new History();
    List<Node> victims = new ArrayList<>();
    try (ClusterHosts hosts = new ClusterHosts()) {
      List<ClusterProcess> processes = new ArrayList<>();
      for (int i = 0; i <= PROCESSES; i++) {
        processes.add(hosts.spawnAlone());
      }
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        nodes.add(start(hosts, processes.get(i), directory, "n" + i));
      }
      for (Node node : nodes) {
        begin(node);
      }
      victims.add(dies(nodes, history));
      Node fifth = start(hosts, processes.get(PROCESSES), directory, "n" + PROCESSES);
      begin(fifth);
      awaitOperations(fifth.view());
      victims.add(dies(nodes, history));
      nodes.add(fifth);
      for (Node node : nodes) {
        int before = node.view().operations();
        Await.until("it goes on", () -> node.view().operations() > before + FEWEST_OPERATIONS);
      }
      Await.until("it was compacted often", () -> logs(hosts) >= FEWEST_LOGS);
      for (Node node : nodes) {
        assertEquals(List.of(), node.view().stopClients());
        assertEquals(List.of(), node.view().member().warnings());
      }
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        history.add(file);
      }
    }
    operations += history.operations().size();
    underWay += history.underWay();
    for (Node victim : victims) {
      withLock += victim.files().stream().anyMatch(history::diedWithLock) ? 1 : 0;
    }
    return check(history);
  }

  private static Node start(ClusterHosts hosts, ClusterProcess process, Path directory, String name)
      throws IOException {
    // Each client has an event loop of its own.
    ClusterView view =
        new ClusterView(process.member(name).start(hosts.local(1).put("loops", CLIENTS)));
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      files.add(directory.resolve(name + "." + i));
    }
    return new Node(process, view, files);
  }

  private void begin(Node node) throws IOException {
    for (Path file : node.files()) {
      node.view().client(file, random.nextLong());
    }
  }

  private void awaitOperations(ClusterView view) throws InterruptedException {
    int many = FEWEST_OPERATIONS + random.nextInt(MORE_OPERATIONS);
    Await.until(many + " operations", () -> view.operations() >= many);
  }

  /** Kills one of them at a random moment. */
  private Node dies(List<Node> nodes, History history) throws Exception {
    Node victim = nodes.remove(random.nextInt(nodes.size()));
    awaitOperations(victim.view());
    TimeUnit.MICROSECONDS.sleep(random.nextInt(MAX_PAUSE_MICROS));
    long before = System.nanoTime();
    victim.process().kill();
    for (Path file : victim.files()) {
      history.killed(file, before);
    }
    return victim;
  }

  /** How many logs there were: their files are numbered. */
  private static int logs(ClusterHosts hosts) {
    try {
      return hosts.files(1).stream()
          .map(file -> file.substring(file.lastIndexOf('/') + 1))
          .filter(name -> name.matches("log-[0-9]+"))
          .mapToInt(name -> Integer.parseInt(name.substring("log-".length())))
          .max()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Finding> check(History history) {
    long begin = System.nanoTime();
    List<Finding> findings = Linearizability.check(history.operations());
    checked += System.nanoTime() - begin;
    findings.forEach(System.out::println);
    return findings;
  }
}
