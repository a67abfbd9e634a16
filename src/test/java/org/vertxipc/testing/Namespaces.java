package org.vertxipc.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Starts nodes in namespaces of their own, as in containers, with {@code unshare(1)}. */
public final class Namespaces {
  private final List<String> flags = new ArrayList<>();
  private final List<String> commands = new ArrayList<>();

  private Namespaces() {}

  /**
   * Namespaces of these kinds.
   *
   * @param kinds long options of {@code unshare(1)} without their dashes
   */
  public static Namespaces of(String... kinds) {
    Namespaces namespaces = new Namespaces();
    namespaces.flags.add("--fork");
    // Killing unshare kills the node.
    namespaces.flags.add("--kill-child");
    for (String kind : kinds) {
      namespaces.flags.add("--" + kind);
      if (kind.equals("pid")) {
        // As in a container, /proc belongs to the namespace.
        namespaces.flags.add("--mount-proc");
      }
    }
    return namespaces;
  }

  /** Adds a shell command that runs first in the namespaces, such as a mount. */
  public Namespaces first(String command) {
    commands.add(command);
    return this;
  }

  /** Returns the command that starts another one in the namespaces. */
  public List<String> starter() {
    List<String> starter = new ArrayList<>(List.of("unshare"));
    starter.addAll(flags);
    if (!commands.isEmpty()) {
      starter.addAll(List.of("sh", "-c", String.join(" && ", commands) + " && exec \"$@\"", "sh"));
    }
    return starter;
  }

  /** Skips the test where these namespaces can't be made. */
  public Namespaces assumePossible() throws InterruptedException {
    List<String> command = starter();
    command.add("true");
    assumeTrue(
        Processes.exit(command.toArray(new String[0])) == 0,
        "needs the right to make namespaces: " + command);
    return this;
  }

  /** Starts a node in the namespaces. */
  public NodeProcess spawn(JsonObject config, String... jvm) throws IOException {
    List<String> command = starter();
    List<String> java = JvmProcess.java(jvm);
    // Of these the JVM makes files in /tmp, named by process: in PID namespaces all are number 1.
    java.add(1, "-XX:-UsePerfData");
    // The command may start Java in another directory.
    java.set(java.size() - 1, absolute(java.get(java.size() - 1)));
    command.addAll(java);
    return NodeProcess.spawn(command, config, true);
  }

  private static String absolute(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .map(entry -> new File(entry).getAbsolutePath())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
