package org.vertxipc.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Lists the test classes that took the longest in a build. No time fails anything. */
public final class Slowest {
  private static final int COUNT = 10;

  private record Suite(String name, double seconds) {}

  private Slowest() {}

  /** Arguments: when the build began, and the directories of its reports. */
  public static void main(String[] args) throws IOException, XMLStreamException {
    List<Path> directories = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      directories.add(Path.of(args[i]));
    }
    lines(Instant.parse(args[0]), directories).forEach(System.out::println);
  }

  /** Returns what to print; nothing when the build ran no tests. It ignores earlier builds. */
  static List<String> lines(Instant from, List<Path> directories)
      throws IOException, XMLStreamException {
    List<Suite> suites = new ArrayList<>();
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        try (DirectoryStream<Path> reports = Files.newDirectoryStream(directory, "TEST-*.xml")) {
          for (Path report : reports) {
            if (!Files.getLastModifiedTime(report).toInstant().isBefore(from)) {
              suites.add(read(report));
            }
          }
        }
      }
    }
    if (suites.isEmpty()) {
      return List.of();
    }
    double all = suites.stream().mapToDouble(Suite::seconds).sum();
    suites.sort(Comparator.comparingDouble(Suite::seconds).reversed());
    List<String> lines = new ArrayList<>();
    lines.add(
        format("The slowest of %d test classes, which took %.1f s in all:", suites.size(), all));
    for (Suite suite : suites.subList(0, Math.min(COUNT, suites.size()))) {
      double share = all == 0 ? 0 : 100 * suite.seconds() / all;
      lines.add(format("%8.1f s  %5.1f %%  %s", suite.seconds(), share, suite.name()));
    }
    return lines;
  }

  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  private static Suite read(Path report) throws IOException, XMLStreamException {
    try (InputStream in = Files.newInputStream(report)) {
      XMLStreamReader xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
      xml.nextTag();
      // From a thousand seconds on, the number has a comma.
      String seconds = xml.getAttributeValue(null, "time").replace(",", "");
      return new Suite(xml.getAttributeValue(null, "name"), Double.parseDouble(seconds));
    }
  }
}
