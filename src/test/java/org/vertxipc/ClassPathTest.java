package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks that tests run with the class path of the library and the tool, plus what tests use. What
 * {@code src/tck}, the benchmark or one example needs must not be on it: it would be found as a
 * service, or change the version of another library.
 */
class ClassPathTest {
  private static final List<String> LIBRARY_AND_TOOL =
      List.of(
          "vertx-(core|core-logging|json-schema|codegen-(api|json))",
          "netty-(buffer|codec|common|handler|resolver|tcnative|transport).*",
          "jackson-core",
          "jffi",
          "jnr-(a64asm|constants|enxio|ffi|posix|unixsocket|x86asm)",
          "asm(-(analysis|commons|tree|util))?",
          "picocli",
          "HdrHistogram",
          "jline-terminal");

  /** What an application may have: the library uses it if it is there. */
  private static final List<String> OPTIONAL =
      List.of(
          "vertx-(micrometer-metrics|health-check)",
          "micrometer-(commons|core|observation)",
          "LatencyUtils",
          "jspecify");

  private static final List<String> TESTS =
      List.of(
          "vertx-(junit5|launcher-application)",
          "jackson-(databind|annotations)",
          "junit-(jupiter|platform)(-.*)?",
          "(opentest4j|apiguardian-api)",
          "(jazzer|jqwik|archunit)(-.*)?",
          "slf4j-(api|jdk14)",
          "micrometer-registry-(prometheus|jmx)",
          "prometheus-metrics-.*",
          "metrics-(core|jmx)");

  private static final Pattern KNOWN =
      Pattern.compile(
          "(%s|%s|%s)-[\\d.]+(\\.Final)?(-native|-linux-.*)?\\.jar"
              .formatted(
                  String.join("|", LIBRARY_AND_TOOL),
                  String.join("|", OPTIONAL),
                  String.join("|", TESTS)));

  @Test
  void nothingElseIsHere() {
    List<String> jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).getFileName().toString())
            .filter(name -> name.endsWith(".jar"))
            .toList();
    assertTrue(jars.size() > 30, jars.toString());
    assertEquals(List.of(), jars.stream().filter(j -> !KNOWN.matcher(j).matches()).toList());
  }
}
