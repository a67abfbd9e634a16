package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.options.IpcBridgeOptions;
import org.vertxipc.testing.Markdown;
import org.vertxipc.testing.OnOneJdk;

/** Checks that the examples in the documents are valid, compile, and exist. */
@OnOneJdk
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(#([^)]*))?\\)");
  private static final Pattern PUBLIC_CLASS = Pattern.compile("(?m)^public class (\\w+)");

  private static final Pattern TEST = Pattern.compile("`(?:[a-z]+\\.)?([A-Z]\\w+(?:Test|IT))`");
  private static final Pattern LAST_CELL = Pattern.compile("\\|.* `?([A-Za-z ]+)`? \\|");

  /** The code around lines that are not a class. */
  private static final String BEFORE =
      """
      import io.opentelemetry.api.trace.propagation.*;
      import io.opentelemetry.context.propagation.*;
      import io.opentelemetry.sdk.*;
      import io.opentelemetry.sdk.resources.*;
      import io.opentelemetry.sdk.trace.*;
      import io.opentelemetry.sdk.trace.export.*;
      import io.micrometer.core.instrument.MeterRegistry;
      import io.micrometer.core.instrument.config.MeterFilter;
      import io.micrometer.prometheusmetrics.*;
      import io.vertx.core.*;
      import io.vertx.core.Future;
      import io.vertx.core.buffer.*;
      import io.vertx.core.eventbus.*;
      import io.vertx.core.json.*;
      import io.vertx.ext.healthchecks.HealthChecks;
      import io.vertx.micrometer.*;
      import io.vertx.micrometer.backends.*;
      import io.vertx.spi.cluster.hazelcast.*;
      import io.vertx.tracing.opentelemetry.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.*;
      import org.vertxipc.*;
      import org.vertxipc.options.*;
      class %s {
        Vertx vertx;
        IpcBridge bridge;
        SpanExporter exporter;
        void show() throws Exception {
      """;

  private static final String AFTER = "}\n}\n";

  /** That of the tests, and what no test may find at run time: a cluster manager and a tracer. */
  private static final String CLASS_PATH =
      System.getProperty("java.class.path")
          + File.pathSeparator
          + System.getProperty("vertxipc.hazelcast")
          + File.pathSeparator
          + System.getProperty("vertxipc.opentelemetry");

  private static List<Markdown.Block> blocks(String language) throws IOException {
    List<Markdown.Block> found = new ArrayList<>();
    for (Path document : Markdown.documents()) {
      for (Markdown.Block block : Markdown.blocks(document)) {
        if (block.language().equals(language)) {
          found.add(block);
        }
      }
    }
    return found;
  }

  @Test
  void everyConfigurationIsValid() throws IOException {
    int checked = 0;
    for (Markdown.Block block : blocks("json")) {
      try {
        JsonObject json = new JsonObject(block.text());
        if (json.containsKey("bus") || json.containsKey("links")) {
          new IpcBridgeOptions(json);
          checked++;
        }
      } catch (DecodeException | IllegalArgumentException e) {
        fail(block.place(), e);
      }
    }
    assertTrue(checked >= 10, checked + " configurations");
  }

  @Test
  void aFileThatIsShownIsThatFile() throws IOException {
    int checked = 0;
    for (Path document : Markdown.documents()) {
      for (Markdown.Block block : Markdown.blocks(document)) {
        // The files that it shows belong to another project.
        boolean ours = !document.endsWith("getting-started.md");
        if (ours && block.file() != null && Files.isRegularFile(Path.of(block.file()))) {
          assertEquals(Files.readString(Path.of(block.file())), block.text(), block.place());
          checked++;
        }
      }
    }
    assertTrue(checked >= 2, checked + " files");
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    int checked = 0;
    for (Path document : Markdown.documents()) {
      Matcher m = LINK.matcher(Files.readString(document));
      while (m.find()) {
        Path to = m.group(1).isEmpty() ? document : document.resolveSibling(m.group(1));
        assertTrue(Files.exists(to), document + " leads to " + to);
        if (m.group(3) != null) {
          List<String> anchors = Markdown.headings(to).stream().map(DocumentsTest::anchor).toList();
          assertTrue(anchors.contains(m.group(3)), document + " leads to " + m.group());
        }
        checked++;
      }
    }
    assertTrue(checked >= 20, checked + " links");
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Set<String> tests = new HashSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      sources.forEach(f -> tests.add(f.getFileName().toString().replace(".java", "")));
    }
    int checked = 0;
    for (Path document : Markdown.documents()) {
      Matcher m = TEST.matcher(Files.readString(document));
      while (m.find()) {
        assertTrue(tests.contains(m.group(1)), document + " names " + m.group(1));
        checked++;
      }
    }
    assertTrue(checked >= 50, checked + " tests");
  }

  @Test
  void everyRowOfContainersWasTried() throws IOException {
    String test =
        Files.readString(Path.of("src/test/java/org/vertxipc/faults/ContainersTest.java"));
    int checked = 0;
    for (String line : Files.readAllLines(Path.of("docs/containers.md"))) {
      Matcher m = LAST_CELL.matcher(line);
      if (m.matches() && !line.contains("ContainersTest")) {
        assertTrue(test.contains("void " + m.group(1) + "("), line);
        checked++;
      }
    }
    assertTrue(checked >= 10, checked + " rows");
  }

  /** The part of an address that leads to a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }

  @Test
  void everyJavaCompiles(@TempDir Path temp) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (Markdown.Block block : blocks("java")) {
      Matcher whole = PUBLIC_CLASS.matcher(block.text());
      if (whole.find()) {
        sources.add(new Source(block.place(), whole.group(1), block.text()));
      } else {
        String name = "Block" + sources.size();
        sources.add(new Source(block.place(), name, BEFORE.formatted(name) + block.text() + AFTER));
      }
    }
    assertTrue(sources.size() >= 10, sources.size() + " blocks");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    for (Source source : sources) {
      StringWriter said = new StringWriter();
      List<String> options = List.of("-proc:none", "-cp", CLASS_PATH, "-d", temp.toString());
      assertTrue(
          compiler.getTask(said, null, null, options, null, List.of(source)).call(),
          () -> source.place + "\n" + said);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String place;
    private final String text;

    Source(String place, String name, String text) {
      super(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE);
      this.place = place;
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
