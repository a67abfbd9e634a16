package org.vertxipc.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.BadFileException;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.PosixException;
import org.vertxipc.testing.FileFault;

/** Small files, whole and with everything that can be wrong with them. */
class SmallFileTest {
  private static final int MAX_BYTES = 100;
  private static final String TEXT =
      "{\"text\":\"a\",\"number\":7,\"flag\":true,\"texts\":[\"b\",\"c\"]}";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void writes() throws IOException {
    file = directory.resolve("node").resolve("file.json");
    Files.createDirectory(file.getParent());
    replace(TEXT);
  }

  private void replace(String text) throws IOException {
    SmallFile.replace(Access.OWNER, file, text, MAX_BYTES, "it is a test");
  }

  private JsonFile read() throws IOException {
    return SmallFile.readJson(Access.OWNER, file, MAX_BYTES);
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(file.getParent())) {
      return all.map(each -> each.getFileName().toString()).toList();
    }
  }

  private void assertOnlyTheFile() throws IOException {
    assertEquals(List.of("file.json"), names());
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    JsonFile json = read();
    assertEquals("a", json.text("text"));
    assertEquals(7, json.number("number"));
    assertTrue(json.flag("flag"));
    assertEquals(List.of("b", "c"), json.texts("texts"));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    replace("{}");
    assertEquals("{}", read().json().encode());
    assertOnlyTheFile();
  }

  @ParameterizedTest
  @EnumSource
  void aFaultIsNamed(FileFault fault) throws IOException {
    String expected = fault.in(file);
    BadFileException e = assertThrows(BadFileException.class, () -> read().text("text"));
    assertTrue(e.getMessage().startsWith(expected), e::getMessage);
  }

  @Test
  void aFileThatIsMissingIsAbsentWithItsDirectoryToo() throws IOException {
    Files.delete(file);
    assertNull(read());
    Files.delete(file.getParent());
    assertNull(read());
  }

  /** It concerns more than this file, so it is not ignored. */
  @Test
  void aFailedCallIsNoFaultOfTheFile() {
    Path unheardOf = directory.resolve("n".repeat(256));
    PosixException e =
        assertThrows(
            PosixException.class, () -> SmallFile.read(Access.OWNER, unheardOf, MAX_BYTES));
    assertEquals(Errno.OTHER, e.errno());
    assertEquals("open", e.call());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text   | {}                  | has no \"text\", expected a text",
        "text   | {\"text\":7}        | has \"text\": 7, expected a text",
        "text   | {\"text\":null}     | has \"text\": null, expected a text",
        "number | {\"number\":\"7\"}  | has \"number\": 7, expected a whole number",
        "number | {\"number\":7.5}    | has \"number\": 7.5, expected a whole number",
        "number | {\"number\":99999999999999999999}"
            + " | has \"number\": 99999999999999999999, expected a whole number",
        "flag   | {\"flag\":\"true\"} | has \"flag\": true, expected true or false",
        "texts  | {\"texts\":\"b\"}   | has \"texts\": b, expected a list of texts",
        "texts  | {\"texts\":[\"b\",7]} | has \"texts\": [\"b\",7], expected a list of texts",
      })
  void aMemberThatIsNotAsExpectedIsNamed(String member, String text, String expected)
      throws IOException {
    replace(text);
    JsonFile json = read();
    BadFileException e =
        assertThrows(
            BadFileException.class,
            () -> {
              switch (member) {
                case "text" -> json.text(member);
                case "number" -> json.number(member);
                case "flag" -> json.flag(member);
                default -> json.texts(member);
              }
            });
    assertEquals(file + " " + expected, e.getMessage());
  }

  @Test
  void aLongMemberIsShortInTheMessage() throws IOException {
    replace("{\"number\":\"" + "n".repeat(80) + "\"}");
    BadFileException e = assertThrows(BadFileException.class, () -> read().number("number"));
    String expected = file + " has \"number\": " + "n".repeat(60) + "..., expected a whole number";
    assertEquals(expected, e.getMessage());
  }

  @Test
  void theLimitIsTheSameForBoth() throws IOException {
    String longest = "{\"text\":\"" + "t".repeat(MAX_BYTES - 11) + "\"}";
    assertEquals(MAX_BYTES, longest.length());
    replace(longest);
    assertEquals(longest, read().json().encode());
    IOException e = assertThrows(IOException.class, () -> replace(longest + " "));
    assertEquals(
        file + " would take 101 bytes, at most 100 are read: it is a test", e.getMessage());
    // The one before stays.
    assertEquals(longest, read().json().encode());
    assertOnlyTheFile();
    Files.writeString(file, longest + " ");
    BadFileException tooLong = assertThrows(BadFileException.class, this::read);
    assertEquals(file + " is too long: at most 100 bytes are read", tooLong.getMessage());
  }

  /** A writer died while it wrote. */
  @Test
  void aTruncatedDraftDoesNoHarm() throws IOException {
    Path draft = SmallFile.draft(file);
    Files.writeString(draft, TEXT.substring(0, 10));
    assertEquals(TEXT, read().json().encode());
    replace("{}");
    assertEquals("{}", read().json().encode());
    assertFalse(Files.exists(draft));
  }

  @Test
  void aDraftThatCannotTakeItsPlaceIsRemoved() throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
    assertThrows(IOException.class, () -> replace(TEXT));
    assertOnlyTheFile();
  }

  @Test
  void twoLinesAreTwoLines() throws IOException {
    Path lines = file.resolveSibling("lines");
    SmallFile.create(Access.OWNER, lines, "name", "here");
    assertEquals("name", SmallFile.name(Access.OWNER, lines, "here", "hint"));
    IOException elsewhere =
        assertThrows(
            IOException.class, () -> SmallFile.name(Access.OWNER, lines, "there", "a hint"));
    assertEquals(
        lines + " is valid in here, and this node is in there: a hint", elsewhere.getMessage());
    Files.writeString(lines, "name\n");
    BadFileException one =
        assertThrows(BadFileException.class, () -> SmallFile.name(Access.OWNER, lines));
    assertEquals(lines + " has 1 lines, expected 2", one.getMessage());
    Files.writeString(lines, "name\n" + "h".repeat(8192));
    BadFileException tooLong =
        assertThrows(BadFileException.class, () -> SmallFile.name(Access.OWNER, lines));
    assertEquals(lines + " is too long: at most 8192 bytes are read", tooLong.getMessage());
    // Who connects tries again until the file is there.
    Files.delete(lines);
    PosixException absent =
        assertThrows(PosixException.class, () -> SmallFile.name(Access.OWNER, lines));
    assertEquals(Errno.ENOENT, absent.errno());
  }
}
