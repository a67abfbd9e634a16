package org.vertxipc.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What tests read in the documents of this project: their blocks of code, and the files they show. */
public final class Markdown {
  private static final String FENCE = "```";
  private static final Pattern FILE = Pattern.compile("`([^` ]+)`.*:");

  private Markdown() {}

  /**
   * A block of code.
   *
   * @param document where it is
   * @param line the number of its first line
   * @param language as the fence says it; empty for none
   * @param caption the last line before it that is not blank
   * @param text its lines, each with its line break
   */
  public record Block(Path document, int line, String language, String caption, String text) {
    /** For the message of a test. */
    public String place() {
      return document + ":" + line;
    }

    /** The file that it shows: what its caption names first, before a colon at its end, or null. */
    public String file() {
      Matcher m = FILE.matcher(caption);
      return m.matches() ? m.group(1) : null;
    }
  }

  /** All documents of this project that readers are sent to. */
  public static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
    for (String directory : List.of("docs", "examples")) {
      try (Stream<Path> files = Files.list(Path.of(directory))) {
        files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }

  /** The blocks of code in a document, in their order. */
  public static List<Block> blocks(Path document) throws IOException {
    List<Block> blocks = new ArrayList<>();
    String caption = "";
    String language = null;
    int first = 0;
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (String line : Files.readAllLines(document)) {
      number++;
      if (language != null && !line.equals(FENCE)) {
        text.append(line).append('\n');
      } else if (language != null) {
        blocks.add(new Block(document, first, language, caption, text.toString()));
        language = null;
        caption = "";
        text.setLength(0);
      } else if (line.startsWith(FENCE)) {
        language = line.substring(FENCE.length());
        first = number + 1;
      } else if (!line.isBlank()) {
        caption = line;
      }
    }
    if (language != null) {
      throw new IOException(document + ":" + first + ": the block has no end");
    }
    return blocks;
  }

  /** The first cells of the rows of all tables below a heading that begins with a text. */
  public static List<String> firstCells(Path document, String heading) throws IOException {
    List<String> cells = new ArrayList<>();
    boolean below = false;
    boolean head = true;
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith("#")) {
        below = line.replaceFirst("#+ ", "").startsWith(heading);
      } else if (below && line.startsWith("|---")) {
        head = false;
      } else if (!line.startsWith("|")) {
        head = true;
      } else if (below && !head) {
        cells.add(line.substring(1, line.indexOf(" |", 1)).strip());
      }
    }
    return cells;
  }
}
