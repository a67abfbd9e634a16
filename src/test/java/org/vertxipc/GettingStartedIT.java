package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.posix.Posix;
import org.vertxipc.testing.Await;
import org.vertxipc.testing.Markdown;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/** Builds the project of docs/getting-started.md with Maven, and runs it as the page says. */
@Timeout(300)
@OnOneJdk
class GettingStartedIT {
  private static final Path DOCUMENT = Path.of("docs/getting-started.md");
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final String COORDINATES = "org/vertxipc/vertx-ipc/0.1.0-SNAPSHOT";

  @TempDir Path temp;
  private final String bus = "shop-" + UUID.randomUUID().toString().substring(0, 8);
  private final Processes processes = new Processes();
  private List<Markdown.Block> blocks;
  private Path project;
  private Path repository;

  @BeforeEach
  void takeOutTheFiles() throws IOException {
    blocks = Markdown.blocks(DOCUMENT);
    project = Files.createDirectory(temp.resolve("project"));
    repository = Files.createDirectory(temp.resolve("repository"));
    List<String> files = new ArrayList<>();
    for (Markdown.Block block : blocks) {
      if (block.file() != null && block.file().contains(".")) {
        Path file = project.resolve(block.file());
        Files.createDirectories(file.getParent());
        // Another bus than that of a reader who tries it on this machine.
        Files.writeString(file, block.text().replace("\"shop\"", '"' + bus + '"'));
        files.add(block.file());
      }
    }
    assertEquals(5, files.size(), files.toString());
  }

  @AfterEach
  void end() throws Exception {
    processes.end();
    assertFalse(Files.exists(Path.of("/dev/shm/vertx-ipc-" + Posix.getuid(), bus)), "left behind");
  }

  /**
   * The local repository of the build that runs this, with what was built in the place of what may
   * be installed there. Nothing is written to that one but what lies below its links.
   */
  private void fillRepository() throws IOException {
    Path original = Path.of(System.getProperty("vertxipc.repository"));
    Path own = repository.resolve("org/vertxipc");
    Files.createDirectories(own);
    link(original, repository);
    link(original.resolve("org"), repository.resolve("org"));
    Path installed = Files.createDirectories(repository.resolve(COORDINATES));
    Files.copy(
        Path.of(System.getProperty("vertxipc.thin.jar")),
        installed.resolve("vertx-ipc-0.1.0-SNAPSHOT.jar"));
    Files.copy(Path.of("pom.xml"), installed.resolve("vertx-ipc-0.1.0-SNAPSHOT.pom"));
  }

  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        try {
          Files.createSymbolicLink(to.resolve(entry.getFileName().toString()), entry);
        } catch (FileAlreadyExistsException e) {
          assertTrue(Files.isDirectory(to.resolve(entry.getFileName().toString())), e.toString());
        }
      }
    }
  }

  private Process start(String name, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectOutput(temp.resolve(name).toFile())
            .redirectError(temp.resolve(name + ".err").toFile());
    builder.environment().put("JAVA_HOME", JAVA_HOME);
    builder.environment().remove("MAVEN_OPTS");
    builder.environment().remove("MAVEN_ARGS");
    return processes.start(builder);
  }

  /** Starts what the document says, with the Java of this test. */
  private Process startClass(String name, String output) throws IOException {
    String command =
        blocks.stream()
            .map(block -> block.text().strip())
            .filter(text -> text.startsWith("java ") && text.contains("com.example." + name))
            .findFirst()
            .orElseThrow();
    return start(output, (JAVA_HOME + "/bin/" + command).split(" ", -1));
  }

  private String text(String name) {
    try {
      return Files.readString(temp.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the document says that a class prints, in the order of the page. */
  private List<String> promised(String name) {
    return blocks.stream()
        .filter(block -> block.language().equals("text") && block.caption().contains('`' + name))
        .map(block -> block.text().strip())
        .toList();
  }

  /** What it printed, lines that repeat once. */
  private List<String> printed(String output) {
    List<String> lines = new ArrayList<>();
    for (String line : text(output).lines().toList()) {
      // The document says that this may come, or not.
      boolean told = line.equals("no price: Node 'pricing' died");
      if (!told && (lines.isEmpty() || !lines.get(lines.size() - 1).equals(line))) {
        lines.add(line);
      }
    }
    return lines;
  }

  @Test
  void theProjectIsBuiltAndDoesWhatThePageSays() throws Exception {
    fillRepository();
    Process maven =
        start(
            "maven",
            System.getProperty("vertxipc.maven.home") + "/bin/mvn",
            "-B",
            "-o",
            "-q",
            "-Dmaven.repo.local=" + repository,
            // Wherever the build had it from.
            "-Daether.enhancedLocalRepository.trackingFilename=none",
            "package");
    assertTrue(maven.waitFor(200, TimeUnit.SECONDS), "Maven ends");
    assertEquals(0, maven.exitValue(), text("maven") + text("maven.err"));

    List<String> orders = promised("Orders");
    assertEquals(4, orders.size(), orders.toString());
    startClass("Orders", "orders");
    Await.until("asks", () -> printed("orders").equals(orders.subList(0, 1)));
    Process pricing = startClass("Pricing", "pricing");
    Await.until("answers", () -> printed("orders").equals(orders.subList(0, 2)));
    assertEquals(promised("Pricing"), printed("pricing"));
    pricing.destroyForcibly();
    Await.until("notices", () -> printed("orders").equals(orders.subList(0, 3)));
    startClass("Pricing", "again");
    Await.until("answers again", () -> printed("orders").equals(orders));
    assertEquals(promised("Pricing"), printed("again"));
    Process second = startClass("Pricing", "second");
    assertTrue(second.waitFor(60, TimeUnit.SECONDS), "a process that can't join ends");
    assertEquals(1, second.exitValue());
    assertTrue(text("second.err").contains("Node name 'pricing' is in use"), text("second.err"));
  }
}
