package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that {@code NOTICE} names everything that the tool's jar contains, and nothing else. */
class NoticeIT {
  // What Maven says of an artifact: GROUP:ARTIFACT:TYPE[:CLASSIFIER]:VERSION:SCOPE:FILE
  private static final Pattern RESOLVED =
      Pattern.compile("\\s+([^:\\s]+:[^:\\s]+):\\S+?:(/\\S+\\.jar)\\b.*");
  private static final Pattern NAMED = Pattern.compile("([\\w.-]+:[\\w.-]+) .*");
  private static final Pattern BUNDLED = Pattern.compile("META-INF/maven/(.+)/(.+)/pom.properties");
  private static final Pattern NOTICE = Pattern.compile("(META-INF/)?NOTICE(\\.\\w+)?");
  // Files that several parts have under one name.
  private static final Pattern SHARED =
      Pattern.compile(".*/|(.*/)?module-info.class|META-INF/[^/]+|META-INF/maven/.*");

  private static String inRepository(String name) throws IOException {
    return Files.readString(Path.of(name));
  }

  private static String text(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String text(String jar, String entry) throws IOException {
    try (JarFile file = new JarFile(System.getProperty(jar))) {
      return text(file, file.getJarEntry(entry));
    }
  }

  /** The jars that the tool is made of, and the artifact that each is. */
  private static Map<Path, String> parts() throws IOException {
    Map<Path, String> parts = new TreeMap<>();
    try (JarFile tool = new JarFile(System.getProperty("vertxipc.cli.jar"))) {
      for (String line :
          Files.readAllLines(Path.of(System.getProperty("vertxipc.cli.artifacts")))) {
        Matcher matcher = RESOLVED.matcher(line);
        if (matcher.matches() && carries(tool, Path.of(matcher.group(2)))) {
          parts.put(Path.of(matcher.group(2)), matcher.group(1));
        }
      }
    }
    assertTrue(parts.containsValue("io.vertx:vertx-core"), parts.toString());
    return parts;
  }

  /** Returns whether something of a jar is in the tool's. */
  private static boolean carries(JarFile tool, Path part) throws IOException {
    try (JarFile jar = new JarFile(part.toFile())) {
      return jar.stream()
          .map(JarEntry::getName)
          .anyMatch(name -> !SHARED.matcher(name).matches() && tool.getEntry(name) != null);
    }
  }

  /** The parts, and what these have taken in of others. */
  private static SortedSet<String> carried() throws IOException {
    Map<Path, String> parts = parts();
    SortedSet<String> carried = new TreeSet<>(parts.values());
    for (Path part : parts.keySet()) {
      try (JarFile jar = new JarFile(part.toFile())) {
        jar.stream()
            .map(e -> BUNDLED.matcher(e.getName()))
            .filter(Matcher::matches)
            .forEach(m -> carried.add(m.group(1) + ":" + m.group(2)));
      }
    }
    return carried;
  }

  /** The artifacts with which a line of {@code NOTICE} begins. */
  private static SortedSet<String> named() throws IOException {
    SortedSet<String> named = new TreeSet<>();
    for (String line : inRepository("NOTICE").lines().toList()) {
      Matcher matcher = NAMED.matcher(line);
      if (matcher.matches()) {
        named.add(matcher.group(1));
      }
    }
    return named;
  }

  @Test
  void namesWhatTheToolCarries() throws IOException {
    assertEquals(String.join("\n", carried()), String.join("\n", named()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vertxipc.thin.jar", "vertxipc.cli.jar"})
  void eachJarHasLicenceAndNotice(String jar) throws IOException {
    assertEquals(inRepository("LICENSE"), text(jar, "META-INF/LICENSE"));
    assertTrue(text(jar, "META-INF/NOTICE").startsWith(inRepository("NOTICE")));
  }

  @Test
  void theLibraryCarriesNothingOfTheTool() throws IOException {
    try (JarFile library = new JarFile(System.getProperty("vertxipc.thin.jar"));
        JarFile tool = new JarFile(System.getProperty("vertxipc.cli.jar"))) {
      for (String name : List.of("cli/VertxIpcCli.class", "demo-consumer.json")) {
        assertNotNull(tool.getEntry("org/vertxipc/" + name), name);
        assertNull(library.getEntry("org/vertxipc/" + name), name);
      }
      assertNotNull(library.getEntry("org/vertxipc/vertx-ipc.schema.json"));
    }
  }

  /** Checks what the Apache licence asks for: the notice of a part stays with the whole. */
  @Test
  void theNoticesOfThePartsStay() throws IOException {
    String notice = text("vertxipc.cli.jar", "META-INF/NOTICE");
    int found = 0;
    for (Path part : parts().keySet()) {
      try (JarFile jar = new JarFile(part.toFile())) {
        List<JarEntry> notices =
            jar.stream().filter(e -> NOTICE.matcher(e.getName()).matches()).toList();
        for (JarEntry entry : notices) {
          assertTrue(notice.contains(text(jar, entry)), part + " " + entry);
          found++;
        }
      }
    }
    assertTrue(found > 0, "Jackson has one");
  }
}
