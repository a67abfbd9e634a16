package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Markdown;
import org.vertxipc.testing.OnOneJdk;

/** Checks that each text that the documents explain is in the code. */
@OnOneJdk
class TroubleshootingTest {
  private static final Path DOCUMENT = Path.of("docs/troubleshooting.md");
  private static final Path LANE = Path.of("docs/fast-lane.md");
  private static final Pattern FAILED_CALL =
      Pattern.compile("(\\w+)\\(\\.\\.\\) failed: (.+) \\((E[A-Z0-9]+)\\)");

  private static final String STRING = "\"((?:[^\"\\\\\\n]|\\\\.)*)\"";
  private static final Pattern LITERAL = Pattern.compile(STRING);

  /** A literal, with the literals that are appended to it. */
  private static final Pattern TEXT = Pattern.compile(STRING + "(?:\\s*\\+\\s*" + STRING + ")*");

  /** The characters at which the parts of sentences are joined. */
  private static final Pattern EDGES = Pattern.compile("^[ ':;]+|[ ':;]+$");

  /** The placeholder for parts that vary. */
  private static final String DIFFERS = "..";

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String root : List.of("src/main/java", "src/cli/java")) {
      try (Stream<Path> sources = Files.walk(Path.of(root))) {
        for (Path source : sources.filter(f -> f.toString().endsWith(".java")).toList()) {
          add(texts, Files.readString(source));
        }
      }
    }
    return texts;
  }

  private static void add(List<String> texts, String source) {
    Matcher m = TEXT.matcher(source);
    while (m.find()) {
      StringBuilder all = new StringBuilder();
      Matcher one = LITERAL.matcher(m.group());
      while (one.find()) {
        all.append(one.group(1));
      }
      // What a format inserts varies, too.
      texts.add(all.toString().replace("\\\"", "\"").replaceAll("%0?[0-9]*[dsxo]", DIFFERS));
    }
  }

  private static List<Markdown.Row> rows() throws IOException {
    List<Markdown.Row> rows = new ArrayList<>(Markdown.rows(DOCUMENT));
    rows.addAll(Markdown.rows(LANE));
    return rows;
  }

  @Test
  void everyTextIsSaid() throws IOException {
    List<String> texts = texts();
    int checked = 0;
    for (Markdown.Row row : rows()) {
      if (!FAILED_CALL.matcher(row.code()).matches()) {
        int fragments = 0;
        for (String part : row.code().split(Pattern.quote(DIFFERS), -1)) {
          String fragment = EDGES.matcher(part).replaceAll("");
          // A shorter fragment would be found anywhere.
          if (fragment.length() >= 4) {
            assertTrue(
                texts.stream().anyMatch(text -> text.contains(fragment)),
                row.place() + ": nothing says \"" + fragment + '"');
            fragments++;
          }
        }
        assertTrue(fragments > 0, row.place() + " has no fixed text");
        checked++;
      }
    }
    assertTrue(checked >= 50, checked + " texts");
  }

  @Test
  void everyFailedCallIsOneThatIsMade() throws IOException {
    List<String> texts = texts();
    int checked = 0;
    for (Markdown.Row row : rows()) {
      Matcher m = FAILED_CALL.matcher(row.code());
      if (m.matches()) {
        assertTrue(texts.contains(m.group(1)), row.place() + ": no call " + m.group(1));
        assertEquals(Errno.valueOf(m.group(3)).description(), m.group(2), row.place());
        checked++;
      }
    }
    assertTrue(checked >= 5, checked + " calls");
  }
}
