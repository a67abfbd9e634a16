package org.vertxipc.testing;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.vertxipc.options.BusOptions;

/**
 * Classes of Vert.x and other libraries as a JVM keeps them in memory, in a file that the JVMs of
 * the tests map: each starts in two thirds of the time. The file is made when it is first needed,
 * and stays in the build directory until a library or the JVM changes.
 */
final class ClassArchive {
  private static final String FLAG = "-XX:SharedArchiveFile=";

  /** The class path of this JVM, with what an archive can hold first: jars, and no directories. */
  static final String CLASS_PATH = classPath(true) + File.pathSeparator + classPath(false);

  private static final List<String> FLAGS = flagsOf(archive());

  private ClassArchive() {}

  /**
   * What a JVM on {@link #CLASS_PATH} is to be started with, besides other flags. It is nothing
   * without an archive, and with flags that concern modules: later JVMs complain then.
   */
  static List<String> flags(List<String> others) {
    return others.stream().anyMatch(flag -> flag.startsWith("--add-")) ? List.of() : FLAGS;
  }

  /** A JVM on another class path would refuse the archive, and start slowly. */
  static boolean isFlag(String argument) {
    return argument.startsWith(FLAG);
  }

  private static List<String> flagsOf(Path archive) {
    return archive == null ? List.of() : List.of(FLAG + archive);
  }

  private static String classPath(boolean jars) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> entry.endsWith(".jar") == jars)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns null, and says why, where it can't be made: tests only take longer without it. */
  private static Path archive() {
    try {
      Path target =
          Path.of(ClassArchive.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .getParent();
      Path archive = target.resolve("jars-" + key() + ".jsa");
      if (!Files.exists(archive)) {
        Path work = Files.createTempDirectory(target, "jars");
        try {
          make(work, archive);
        } finally {
          OtherUsers.delete(work);
        }
      }
      return archive;
    } catch (IOException | URISyntaxException e) {
      System.err.println("The JVMs of the tests start without an archive of classes: " + e);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The JVM accepts an archive only if none of this has changed. */
  private static UUID key() {
    StringBuilder all = new StringBuilder(System.getProperty("java.vm.version"));
    for (String jar : classPath(true).split(File.pathSeparator, -1)) {
      File file = new File(jar);
      all.append('\n').append(jar).append(' ').append(file.length());
      all.append(' ').append(file.lastModified());
    }
    return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void make(Path work, Path archive) throws IOException, InterruptedException {
    Path names = work.resolve("names");
    Path made = work.resolve("made");
    List<String> node = JvmProcess.command(List.of("-XX:DumpLoadedClassList=" + names));
    JsonObject config =
        TestBus.json(
            new BusOptions()
                .setName("archive")
                .setNode("one")
                .setTransport("shm")
                .setDirectory(work.resolve("buses").toString()));
    try (NodeProcess process = NodeProcess.spawn(node, config, true)) {
      process.call("start");
    }
    // The JVM wants the same flags again that concern modules.
    List<String> dump =
        JvmProcess.command(
            List.of("-Xshare:dump", "-XX:SharedClassListFile=" + names, FLAG + made));
    dump.set(dump.size() - 1, classPath(true));
    Path log = work.resolve("log");
    Process dumping =
        new ProcessBuilder(dump).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (dumping.waitFor() != 0) {
      throw new IOException(Files.readString(log));
    }
    Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
  }
}
