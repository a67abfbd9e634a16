package org.vertxipc.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.MappedOptions;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.NodeProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.OtherUsers;
import org.vertxipc.testing.Processes;
import org.vertxipc.testing.TestBus;

/**
 * Tests nodes of several users: they are kept out, or they are members of a group and nobody else
 * gets in.
 */
@Faults
@Timeout(600)
@OnOneJdk
class OtherUserTest {
  private static final int GROUP = 54_321;
  private static final int ONE = 50_001;
  private static final int TWO = 50_002;
  private static final int STRANGER = 50_003;

  private static OtherUsers users;

  private final Path base = Path.of("/dev/shm/vertx-ipc-users-" + ProcessHandle.current().pid());
  private final Path stores = Path.of("/var/tmp/vertx-ipc-users-" + ProcessHandle.current().pid());
  private final Path directory = base.resolve("buses");
  private final Path bus = directory.resolve("shared");

  @BeforeAll
  static void copyClasses() throws IOException {
    assumeTrue(OtherUsers.canBe(), "only the superuser can be other users");
    users = new OtherUsers();
  }

  @AfterAll
  static void end() throws Exception {
    if (users != null) {
      users.close();
    }
  }

  @BeforeEach
  void makeBase() throws IOException {
    for (Path path : new Path[] {base, stores}) {
      Files.createDirectory(path);
      Files.setAttribute(path, "unix:mode", 01777);
    }
  }

  @AfterEach
  void removeBase() throws IOException {
    OtherUsers.delete(base);
    OtherUsers.delete(stores);
  }

  static Stream<String> transports() {
    return FaultTable.isThorough()
        ? BusOptions.TRANSPORTS.stream().filter(t -> !t.equals("anonymous"))
        : Stream.of("mapped");
  }

  private BusOptions options(String node, String transport) {
    return new BusOptions()
        .setName("shared")
        .setNode(node)
        .setTransport(transport)
        .setDirectory(directory.toString())
        .setMqueue(new MqueueOptions().setMaxMessages(4).setMessageBytes(1024))
        .setMapped(
            new MappedOptions()
                .setDirectory(stores.resolve("stores").toString())
                .setFileBytes(1 << 20));
  }

  private BusOptions shared(String node, String transport) {
    return options(node, transport).setMode("0660").setGroup(Integer.toString(GROUP));
  }

  private static NodeProcess echo(BusOptions options, int user) throws IOException {
    String address = options.getNode() + ".echo";
    options.addExport(address).addImport("one.*").addImport("two.*");
    NodeProcess node = users.spawn(TestBus.json(options), user, GROUP);
    node.consume(address, "echo");
    node.call("start");
    return node;
  }

  private static void exchange(NodeProcess from, String address) throws IOException {
    from.call("await", address);
    assertEquals("hello", from.call("request", address, "hello"));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void membersOfTheGroupMeetAndNobodyElseCan(String transport) throws Exception {
    FaultTable.Row row = FaultTable.row("other users in a group, " + transport);
    NodeProcess one = echo(shared("one", transport), ONE);
    NodeProcess two = echo(shared("two", transport), TWO);
    exchange(one, "two.echo");
    exchange(two, "one.echo");
    onlyTheGroup(base);
    onlyTheGroup(stores);
    one.kill();
    Await.until("noticed", () -> two.gone().contains("one died"));
    if (!transport.equals("mqueue")) {
      // A queue is its user's alone to remove, so that its file stays until that user's next node.
      Await.until("cleaned", () -> Files.notExists(bus.resolve("one")));
    }
    NodeProcess again = echo(shared("one", transport), ONE);
    exchange(again, "two.echo");
    exchange(two, "one.echo");
    refused(shared("three", transport), "Permission denied (EACCES)");
    refused(options("three", transport), "expected user " + STRANGER);
    again.close();
    two.close();
    assertEquals(List.of(), queues());
    row.once();
  }

  /** Returns the queues that these users left; none where they can't be listed. */
  private List<String> queues() throws Exception {
    Path mount = Files.createDirectory(base.resolve("mqueue"));
    if (Processes.exit("mount", "-t", "mqueue", "none", mount.toString()) != 0) {
      return List.of();
    }
    try (Stream<Path> queues = Files.list(mount)) {
      return queues
          .map(queue -> queue.getFileName().toString())
          .filter(name -> name.matches("vertx-ipc-5000[0-9]-.*"))
          .toList();
    } finally {
      assertEquals(0, Processes.exit("umount", mount.toString()));
    }
  }

  private static void refused(BusOptions options, String why) throws IOException {
    NodeProcess stranger = users.spawn(TestBus.json(options), STRANGER);
    String failure = assertThrows(IOException.class, () -> stranger.call("start")).getMessage();
    assertTrue(failure.contains(why), failure);
    assertTrue(failure.contains("/buses") || why.contains("no group"), failure);
  }

  /** Checks that everything below a directory belongs to the group, with exact permissions. */
  private static void onlyTheGroup(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.skip(1).toList()) {
        assertEquals(GROUP, Files.getAttribute(file, "unix:gid"), file.toString());
        assertEquals(
            Files.isDirectory(file) ? "rwxrwx---" : "rw-rw----",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
            file.toString());
      }
    }
  }

  @Test
  void aBusOfOneUserIsClosedToAnother() throws Exception {
    FaultTable.Row row = FaultTable.row("node of another user, no group");
    JsonObject json = TestBus.json(options("one", "shm"));
    NodeProcess one = users.spawn(json, ONE, GROUP);
    one.call("start");
    refused(options("two", "shm"), "belongs to user " + ONE + ", expected user " + STRANGER);
    refused(shared("two", "shm"), "and group " + ONE + ", expected group " + GROUP);
    one.close();
    row.once();
  }

  @Test
  void whoIsNotInTheGroupCantMakeABusForIt() throws Exception {
    refused(shared("one", "shm"), "Operation not permitted (EPERM)");
    assertTrue(Files.notExists(directory));
    refused(options("one", "shm").setMode("0660").setGroup("nobody-has-it"), "There is no group");
  }
}
