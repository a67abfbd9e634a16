package org.vertxipc.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the documents of this project for tests: their blocks of code, and the files they show. */
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
    /** Returns the place, for the message of a test. */
    public String place() {
      return document + ":" + line;
    }

    /**
     * Returns the file that it shows, which a caption with a colon at its end names first, or null.
     */
    public String file() {
      Matcher m = FILE.matcher(caption);
      return m.matches() ? m.group(1) : null;
    }
  }

  /**
   * A row of a table.
   *
   * @param place where it is, for the message of a test
   * @param section the heading above it
   * @param cell its first cell
   */
  public record Row(String place, String section, String cell) {
    /** Returns the text of the cell, all of which is code. */
    public String code() {
      if (!cell.matches("`[^`]+`")) {
        throw new IllegalArgumentException(place + ": expected a text in backticks: " + cell);
      }
      return cell.substring(1, cell.length() - 1);
    }
  }

  /** Returns all documents of this project that are for readers. */
  public static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
    for (String directory : List.of("docs", "examples")) {
      try (Stream<Path> files = Files.list(Path.of(directory))) {
        files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }

  /** Returns the blocks of code in a document, in their order. */
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

  /** Returns the rows of the tables of a document, without their heads. */
  public static List<Row> rows(Path document) throws IOException {
    List<Row> rows = new ArrayList<>();
    String section = "";
    boolean head = true;
    int number = 0;
    for (String line : Files.readAllLines(document)) {
      number++;
      if (line.startsWith("#")) {
        section = title(line);
      }
      if (!line.startsWith("|")) {
        head = true;
      } else if (line.startsWith("|---")) {
        head = false;
      } else if (!head) {
        String cell = line.substring(1, line.indexOf(" |", 1)).strip();
        rows.add(new Row(document + ":" + number, section, cell));
      }
    }
    return rows;
  }

  /** Returns the headings of a document. */
  public static List<String> headings(Path document) throws IOException {
    List<String> headings = new ArrayList<>();
    boolean code = false;
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith(FENCE)) {
        code = !code;
      } else if (!code && line.startsWith("#")) {
        headings.add(title(line));
      }
    }
    return headings;
  }

  private static String title(String line) {
    return line.replaceFirst("#+ ", "");
  }
}
