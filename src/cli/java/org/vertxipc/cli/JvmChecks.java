package org.vertxipc.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.IpcBusState;
import org.vertxipc.options.BusOptions;

/** What the Java is like that runs the tool; an application may run with another. */
final class JvmChecks {
  static final String LIBRARY = "C library";

  private static final String FLAG = "--enable-native-access=ALL-UNNAMED";
  private static final int ASKS_FOR_NATIVE_ACCESS = 24;

  private JvmChecks() {}

  static List<Finding> all() {
    // Once native code is called the JVM has warned, and says that it is enabled.
    boolean nativeAccess = isNativeAccessEnabled();
    List<Finding> all = new ArrayList<>();
    all.add(library());
    all.add(epoll(OutputWatch.hindrance()));
    all.add(HostChecks.tried("JVM", () -> jvm(Runtime.version().feature(), nativeAccess, flags())));
    all.add(locale(System.getProperty("sun.jnu.encoding")));
    return all;
  }

  private static Finding library() {
    try {
      // Whatever asks about a bus binds the C library first; the name is not used.
      Path asked = IpcBusState.directory(new BusOptions().setName("any"));
      return Finding.ok(LIBRARY, "bound (the default directory is " + asked + ")");
    } catch (IOException | RuntimeException | LinkageError e) {
      return Finding.fail(
          LIBRARY,
          Cli.explain(e),
          "set -Djava.io.tmpdir to a directory from which programs may be run");
    }
  }

  static Finding epoll(Throwable hindrance) {
    return hindrance == null
        ? Finding.ok("native epoll", "available")
        : Finding.warn(
            "native epoll",
            "not available: " + Cli.explain(hindrance),
            "nodes use a selector thread; make java.io.tmpdir a place for programs");
  }

  static Finding jvm(int feature, boolean nativeAccess, List<String> flags) {
    String found = "Java " + System.getProperty("java.runtime.version");
    found += flags.isEmpty() ? ", no flags" : ", " + String.join(" ", flags);
    if (feature < ASKS_FOR_NATIVE_ACCESS) {
      return Finding.ok("JVM", found);
    }
    return nativeAccess
        ? Finding.ok("JVM", found + "; applications need " + FLAG)
        : Finding.warn("JVM", found + ": native access is warned of", "add " + FLAG);
  }

  /** Java 17, for which this is compiled, does not have the question yet. */
  private static boolean isNativeAccessEnabled() {
    try {
      return (boolean)
          Module.class.getMethod("isNativeAccessEnabled").invoke(JvmChecks.class.getModule());
    } catch (ReflectiveOperationException e) {
      return true; // It needs no permission.
    }
  }

  /** Returns the options of this JVM, up to what it runs, and those of its environment. */
  private static List<String> flags() throws IOException {
    List<String> flags = new ArrayList<>();
    for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      if (System.getenv(variable) != null) {
        flags.add(variable + "=" + System.getenv(variable));
      }
    }
    String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
    for (String argument : line.split("\0", -1)) {
      if (argument.equals("-jar") || argument.equals(VertxIpcCli.class.getName())) {
        break;
      } else if (argument.startsWith("-X") || argument.startsWith("-D")) {
        flags.add(argument);
      } else if (argument.startsWith("--add-") || argument.startsWith("--enable-")) {
        flags.add(argument);
      }
    }
    return flags;
  }

  static Finding locale(String encoding) {
    return "UTF-8".equalsIgnoreCase(encoding)
        ? Finding.ok("locale", "file names are UTF-8")
        : Finding.warn(
            "locale",
            "file names are " + encoding + ": others than of these characters can't be opened",
            "set LC_ALL=C.UTF-8");
  }
}
