package org.vertxipc.testing.mesh;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.vertxipc.IpcBridge;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.Segments;
import org.vertxipc.testing.TestBus;

/**
 * Checks what the nodes of a mesh have in the kernel and on the disk, and what is left of it at the
 * end.
 */
final class MeshLeft {
  private final TestBus bus;
  private final MeshPlan plan;
  private final Set<String> queues = new TreeSet<>();
  private final List<Long> pids = new ArrayList<>();

  MeshLeft(TestBus bus, MeshPlan plan) {
    this.bus = bus;
    this.plan = plan;
  }

  void started(long pid) {
    pids.add(pid);
  }

  /** Learns the names of queues: they are random, and other buses of this user have some, too. */
  void look() throws IOException {
    if (!Files.isDirectory(bus.path())) {
      return;
    }
    try (Stream<Path> files = Files.walk(bus.path())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".mq")).toList()) {
        queues.add(Files.readString(file).strip());
      }
    } catch (UncheckedIOException | IOException e) {
      // A node has removed its queue meanwhile; the next check comes soon.
      return;
    }
  }

  /** Returns what is there although all have ended. */
  void check(Vertx vertx, MeshFindings findings) throws Exception {
    if (Files.exists(bus.path())) {
      try (Stream<Path> files = Files.walk(bus.path())) {
        files.forEach(file -> findings.add(MeshFinding.LEFT, file.toString()));
      }
    }
    for (long pid : pids) {
      for (int id : Segments.madeBy(pid)) {
        findings.add(MeshFinding.LEFT, "segment " + id + " of process " + pid);
      }
    }
    for (String queue : left()) {
      findings.add(MeshFinding.LEFT, "queue " + queue);
    }
    checkStores(findings);
    Await.get(IpcBridge.clean(vertx, bus.options("x"), true, false));
    OtherUsers.delete(bus.path());
    if (Files.exists(bus.store())) {
      try (Stream<Path> files = Files.walk(bus.store())) {
        files.forEach(file -> findings.add(MeshFinding.LEFT, "after clean --stores: " + file));
      }
    }
  }

  /** Checks that what is meant to stay is there, and nothing else. */
  private void checkStores(MeshFindings findings) throws IOException {
    Set<String> meant = new TreeSet<>();
    for (MeshPlan.Node node : plan.nodes()) {
      if (node.keepsMessages()) {
        meant.add(node.name());
        meant.add(node.name() + "/exports.json");
        for (MeshPlan.Node from : plan.nodes()) {
          meant.add(node.name() + "/" + from.name() + ".store");
          meant.add(node.name() + "/" + from.name() + ".parked");
        }
      }
    }
    if (Files.exists(bus.store())) {
      try (Stream<Path> files = Files.walk(bus.store())) {
        for (Path file : files.skip(1).toList()) {
          String name = bus.store().relativize(file).toString();
          if (!meant.contains(name)) {
            findings.add(MeshFinding.LEFT, "in the store: " + name);
          }
        }
      }
    }
  }

  /** Returns the queues that are still there; none where their file system can't be mounted. */
  private List<String> left() throws Exception {
    Path mounted = Path.of("/dev/mqueue");
    if (Files.isDirectory(mounted)) {
      return left(mounted);
    }
    Path mount = Files.createTempDirectory("mqueue");
    try {
      if (Processes.exit("mount", "-t", "mqueue", "none", mount.toString()) != 0) {
        return List.of();
      }
      try {
        return left(mount);
      } finally {
        Processes.exit("umount", mount.toString());
      }
    } finally {
      Files.delete(mount);
    }
  }

  private List<String> left(Path mount) {
    return queues.stream()
        .filter(name -> name.startsWith("/") && Files.exists(mount.resolve(name.substring(1))))
        .toList();
  }

  int queuesSeen() {
    return queues.size();
  }
}
