package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.Namespaces;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;
import org.vertxipc.testing.TestNode;
import org.vertxipc.testing.Tmpfs;

/**
 * Tests nodes in containers, which are namespaces of the kernel, against each row of
 * docs/containers.md. The volume that they share is a tmpfs, like an {@code emptyDir} in memory.
 */
@Faults
@OnOneJdk
class ContainersTest {
  private static final int GROUP = 1_000_650_000;
  private static final int ONE = 1_000_650_001;
  private static final int TWO = 1_000_650_002;
  private static final int STRANGER = 1_000_650_003;

  private final Path base = Path.of("/var/tmp/vertx-ipc-pod-" + ProcessHandle.current().pid());
  private final Path volume = base.resolve("volume");
  private final Path elsewhere = base.resolve("elsewhere");
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Tmpfs tmpfs;

  /** The command that starts a node, which is not on the bus yet. */
  private interface Container {
    NodeProcess run() throws IOException;
  }

  @BeforeEach
  void mountTheVolume() throws Exception {
    for (Path path : List.of(base, volume, elsewhere)) {
      Files.createDirectory(path);
    }
    // An fsGroup sets this mode and group.
    tmpfs = new Tmpfs(volume, "size=64m,mode=2777,gid=" + GROUP);
  }

  @AfterEach
  void end() throws Exception {
    try {
      for (NodeProcess node : nodes) {
        node.close();
      }
    } finally {
      // Otherwise one test that fails would take all others with it.
      if (tmpfs != null) {
        tmpfs.close();
      }
      OtherUsers.delete(base);
    }
  }

  static Stream<String> notAnonymous() {
    return FaultTable.isThorough()
        ? Stream.of("shm", "fifo", "sysv", "mqueue", "mapped")
        : Stream.of("shm", "mqueue");
  }

  static Stream<String> ofFiles() {
    return FaultTable.isThorough()
        ? Stream.of("shm", "fifo", "mapped", "anonymous")
        : Stream.of("fifo");
  }

  static Stream<String> ofNamedFiles() {
    return FaultTable.isThorough() ? Stream.of("shm", "fifo", "mapped") : Stream.of("mapped");
  }

  private BusOptions options(String node, String transport) {
    return options(node, transport, volume);
  }

  private static BusOptions options(String node, String transport, Path at) {
    return new BusOptions()
        .setName("pod")
        .setNode(node)
        .setTransport(transport)
        .setDirectory(at.resolve("buses").toString())
        .setMqueue(new MqueueOptions().setMaxMessages(4).setMessageBytes(1024))
        .setMapped(
            new MappedOptions().setDirectory(at.resolve("stores").toString()).setFileBytes(1 << 20))
        .addExport(node + ".echo")
        .addImport("*");
  }

  private static Container container(Namespaces namespaces, BusOptions options) {
    return () -> namespaces.spawn(TestBus.json(options));
  }

  /** JVMs that are run before the first one is used start at the same time. */
  private NodeProcess run(Container container) throws IOException {
    NodeProcess node = container.run();
    nodes.add(0, node);
    return node;
  }

  private static void start(String name, NodeProcess node) throws IOException {
    node.consume(name + ".echo", "echo");
    node.call("start");
  }

  private static void exchange(NodeProcess from, String to) throws IOException {
    from.call("await", to + ".echo");
    assertEquals("hello", from.call("request", to + ".echo", "hello"));
  }

  /** Checks that two nodes meet, that a death is noticed, and that the successor is met. */
  private void work(String fault, Container one, Container two) throws Exception {
    FaultTable.Row row = FaultTable.row(fault + ", killed");
    NodeProcess first = run(one);
    NodeProcess second = run(two);
    NodeProcess again = run(one);
    start("one", first);
    start("two", second);
    exchange(first, "two");
    exchange(second, "one");
    long killed = System.nanoTime();
    kill(first);
    Await.until("noticed", () -> second.gone().contains("one died"));
    row.detected(System.nanoTime() - killed);
    start("one", again);
    exchange(again, "two");
    exchange(second, "one");
    row.once();
  }

  /** Kills the JVM, with which the process that waits for it ends, too. */
  private static void kill(NodeProcess node) throws InterruptedException {
    ProcessHandle waits = ProcessHandle.of(node.pid()).orElseThrow();
    waits.descendants().forEach(ProcessHandle::destroyForcibly);
    Await.until("ended", () -> !node.isAlive());
  }

  /** Checks that both start, and that neither has found a peer by then. */
  private void areApart(Container one, Container two) throws IOException {
    NodeProcess first = run(one);
    NodeProcess second = run(two);
    start("one", first);
    start("two", second);
    assertEquals(List.of(0, 0), List.of(first.call("peers"), second.call("peers")));
  }

  /** Checks that neither reaches the other, and that the log says why. */
  private void areToldApart(String why, Container one, Container two) throws Exception {
    areApart(one, two);
    for (NodeProcess node : nodes) {
      Await.until("said: " + why, () -> node.said().contains(why));
    }
  }

  private static Namespaces podOfItsOwnProcesses() throws InterruptedException {
    return Namespaces.of("pid").assumePossible();
  }

  @ParameterizedTest
  @MethodSource("notAnonymous")
  void pidNamespacesDoNotMatter(String transport) throws Exception {
    Namespaces pod = podOfItsOwnProcesses();
    work(
        "PID namespaces, " + transport,
        container(pod, options("one", transport)),
        container(pod, options("two", transport)));
  }

  @Test
  void anonymousMemoryIsOfOnePidNamespace() throws Exception {
    Namespaces pod = podOfItsOwnProcesses();
    areToldApart(
        "transport anonymous needs nodes in the same PID namespace",
        container(pod, options("one", "anonymous")),
        container(pod, options("two", "anonymous")));
  }

  @ParameterizedTest
  @MethodSource("ofFiles")
  void ipcNamespacesDoNotMatterToFiles(String transport) throws Exception {
    Namespaces pod = Namespaces.of("ipc").assumePossible();
    work(
        "IPC namespaces, " + transport,
        container(pod, options("one", transport)),
        container(pod, options("two", transport)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sysv", "mqueue"})
  void segmentsAndQueuesAreOfOneIpcNamespace(String transport) throws Exception {
    Namespaces pod = Namespaces.of("ipc").assumePossible();
    areToldApart(
        "transport " + transport + " needs nodes in the same IPC namespace",
        container(pod, options("one", transport)),
        container(pod, options("two", transport)));
  }

  @Test
  void aDevShmOfItsOwnIsABusOfItsOwn() throws Exception {
    Namespaces pod = Namespaces.of("mount").first("mount -t tmpfs tmpfs /dev/shm").assumePossible();
    areApart(
        container(pod, options("one", "shm").setDirectory("/dev/shm/buses")),
        container(pod, options("two", "shm").setDirectory("/dev/shm/buses")));
  }

  private Namespaces bound() throws InterruptedException {
    return Namespaces.of("mount")
        .first("mount --bind " + volume + " " + elsewhere)
        .assumePossible();
  }

  @Test
  void theVolumeMayHaveAnotherPath() throws Exception {
    Namespaces here = Namespaces.of("mount").assumePossible();
    work(
        "another path, shm",
        container(here, options("one", "shm")),
        container(bound(), options("two", "shm", elsewhere)));
  }

  @Test
  void storesHaveOnePath() throws Exception {
    Namespaces here = Namespaces.of("mount").assumePossible();
    areToldApart(
        "both need the same mapped.directory",
        container(here, options("one", "mapped")),
        container(bound(), options("two", "mapped", elsewhere)));
  }

  /** Tests what PrivateTmp=yes does: one node would never read what the other stores. */
  @Test
  void storesOfOnePathInTwoPlacesAreTwo() throws Exception {
    Namespaces pod =
        Namespaces.of("mount").first("mount -t tmpfs tmpfs " + elsewhere).assumePossible();
    BusOptions one = options("one", "mapped");
    BusOptions two = options("two", "mapped");
    for (BusOptions options : List.of(one, two)) {
      options.getMapped().setDirectory(elsewhere.resolve("stores").toString());
    }
    areToldApart(
        "is a different directory for each node: both need the same mapped.directory",
        container(pod, one),
        container(pod, two));
  }

  /** Tests a writer without a store of its own, which checks the directory, too. */
  @ParameterizedTest
  @ValueSource(strings = {"shm", "fifo"})
  void whoWritesIntoAStoreLooksForItInTheSamePlace(String transport) throws Exception {
    Namespaces pod =
        Namespaces.of("mount").first("mount -t tmpfs tmpfs " + elsewhere).assumePossible();
    BusOptions writer = options("one", transport);
    BusOptions reader = options("two", "mapped");
    for (BusOptions options : List.of(writer, reader)) {
      options.getMapped().setDirectory(elsewhere.resolve("stores").toString());
    }
    NodeProcess first = run(container(pod, writer));
    NodeProcess second = run(container(pod, reader));
    start("one", first);
    start("two", second);
    String why = "is a different directory for each node: both need the same mapped.directory";
    Await.until("said: " + why, () -> first.said().contains(why));
    assertEquals(0, first.call("peers"));
  }

  /** Tests two containers of a pod that share a volume and nothing else. */
  @ParameterizedTest
  @MethodSource("ofNamedFiles")
  void usersOfTheVolumesGroupShareIt(String transport) throws Exception {
    assumeTrue(OtherUsers.canBe(), "only the superuser can be other users");
    Namespaces pod =
        Namespaces.of("pid", "ipc", "mount")
            .first("mount -t tmpfs tmpfs /dev/shm")
            .assumePossible();
    try (OtherUsers users = new OtherUsers()) {
      BusOptions one = shared("one", transport);
      BusOptions two = shared("two", transport);
      work(
          "containers and users of a group, " + transport,
          () -> users.spawn(pod.starter(), List.of(), TestBus.json(one), ONE, GROUP),
          () -> users.spawn(pod.starter(), List.of(), TestBus.json(two), TWO, GROUP));
      refused(users, shared("three", transport), "Permission denied (EACCES)");
      refused(users, options("three", transport), "expected user " + STRANGER);
    }
  }

  private BusOptions shared(String node, String transport) {
    return options(node, transport).setMode("0660").setGroup(Integer.toString(GROUP));
  }

  private static void refused(OtherUsers users, BusOptions options, String why) throws IOException {
    NodeProcess node = users.spawn(TestBus.json(options), STRANGER);
    String failure = assertThrows(IOException.class, () -> node.call("start")).getMessage();
    assertTrue(failure.contains(why), failure);
  }

  /** The volume is open to all, so a directory below it is needed. */
  @Test
  void theVolumeItselfIsNoDirectoryOfBuses() throws Exception {
    NodeProcess node =
        NodeProcess.spawn(
            TestBus.json(options("one", "shm").setDirectory(volume.toString())), true);
    nodes.add(node);
    String failure = assertThrows(IOException.class, () -> node.call("start")).getMessage();
    assertTrue(failure.contains(volume + " has permissions 2777, expected 0700"), failure);
  }

  /** Tests a user who is user 0 inside, and another outside. */
  @Test
  void userNamespacesDoNotMatterWhereTheDirectoryIsNamed() throws Exception {
    assumeTrue(OtherUsers.canBe(), "only the superuser can be other users");
    Namespaces rootless = Namespaces.of("user", "map-root-user");
    List<String> asThatUser =
        new ArrayList<>(List.of("setpriv", "--reuid=" + ONE, "--regid=" + ONE, "--clear-groups"));
    asThatUser.addAll(rootless.starter());
    asThatUser.add("true");
    assumeTrue(
        Processes.exit(asThatUser.toArray(new String[0])) == 0,
        "needs user namespaces for users without privileges");
    try (OtherUsers users = new OtherUsers()) {
      BusOptions one = options("one", "shm");
      BusOptions two = options("two", "shm");
      NodeProcess outside = run(() -> users.spawn(TestBus.json(one), ONE));
      NodeProcess inside =
          run(() -> users.spawn(List.of(), rootless.starter(), TestBus.json(two), ONE));
      start("one", outside);
      start("two", inside);
      exchange(outside, "two");
      exchange(inside, "one");
    }
  }

  /** As in a container whose file system is read-only, with a tmpfs of Docker, which is noexec. */
  @Test
  void nothingStartsWhereNoLibraryCanBeUnpacked() throws Exception {
    assumeTrue(!Path.of("").toAbsolutePath().startsWith("/tmp"), "the classes are in /tmp");
    Namespaces pod =
        Namespaces.of("mount")
            .first("mount -t tmpfs -o noexec tmpfs /tmp")
            .first("mount -t tmpfs -o noexec tmpfs " + elsewhere)
            // The library is unpacked in the working directory when /tmp can't be used.
            .first("cd " + elsewhere)
            .assumePossible();
    // Debian has the library in the path, for its Maven.
    String notInstalled = "-Djava.library.path=" + elsewhere;
    String late = "-D" + TestNode.LOADS_LATE + "=true";
    NodeProcess node = pod.spawn(TestBus.json(options("one", "shm")), notInstalled, late);
    nodes.add(node);
    String cure = "-Djava.io.tmpdir=" + volume;
    NodeProcess cured =
        run(() -> pod.spawn(TestBus.json(options("one", "shm")), notInstalled, late, cure));
    String failure = assertThrows(IOException.class, () -> node.call("start")).getMessage();
    assertTrue(failure.contains("jffi can't be loaded"), failure);
    start("one", cured);
  }
}
