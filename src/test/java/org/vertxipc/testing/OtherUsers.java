package org.vertxipc.testing;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vertxipc.posix.Posix;

/**
 * Starts nodes as other users with {@code setpriv(1)}, which needs the superuser. They need a class
 * path that they may read.
 */
public final class OtherUsers implements AutoCloseable {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  private final Path classes = Files.createTempDirectory("vertx-ipc-classes");
  private final List<String> classPath = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();

  public OtherUsers() throws IOException {
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      if (Files.exists(from)) {
        Path to = classes.resolve(number++ + "-" + from.getFileName());
        copy(from, to);
        classPath.add(to.toString());
      }
    }
    open(classes);
  }

  /** Returns whether this is the superuser, and the tool is there. */
  public static boolean canBe() {
    return Posix.getuid() == 0 && Files.isExecutable(SETPRIV);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy);
        open(copy);
      }
    }
  }

  private static void open(Path file) throws IOException {
    String mode = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** Starts a node of a user, who is in some groups besides one of its own. */
  public NodeProcess spawn(JsonObject config, int user, int... groups) throws IOException {
    return spawn(List.of(), List.of(), config, user, groups);
  }

  /** Starts a JVM for members of a cluster without a network. */
  public ClusterProcess add(ClusterHosts hosts, int user, int... groups) throws IOException {
    return hosts.spawnAlone(command(List.of(), List.of(), user, groups));
  }

  /** Starts it by a command of the superuser, and then by one of that user. */
  public NodeProcess spawn(
      List<String> before, List<String> after, JsonObject config, int user, int... groups)
      throws IOException {
    NodeProcess node = NodeProcess.spawn(command(before, after, user, groups), config, true);
    nodes.add(node);
    return node;
  }

  private List<String> command(List<String> before, List<String> after, int user, int... groups) {
    List<String> command = new ArrayList<>(before);
    command.add(SETPRIV.toString());
    command.add("--reuid=" + user);
    command.add("--regid=" + user);
    command.add(
        groups.length == 0
            ? "--clear-groups"
            : "--groups="
                + Arrays.stream(groups).mapToObj(String::valueOf).collect(Collectors.joining(",")));
    List<String> java = JvmProcess.java("-Xmx256m");
    java.removeIf(flag -> flag.startsWith("-Djava.util.logging") || ClassArchive.isFlag(flag));
    java.set(java.size() - 1, String.join(File.pathSeparator, classPath));
    command.addAll(after);
    command.addAll(java);
    return command;
  }

  @Override
  public void close() throws Exception {
    for (NodeProcess node : nodes) {
      node.close();
    }
    delete(classes);
  }

  /** Deletes a directory with all that is in it. */
  public static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
