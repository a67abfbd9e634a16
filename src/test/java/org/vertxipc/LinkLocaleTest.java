package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.testing.LinkProcess;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.Processes;

/**
 * Starts links in other locales than that of the test: what is inherited reaches the child byte for
 * byte, what is configured in UTF-8, and a file that can't be named is refused.
 */
@OnOneJdk
class LinkLocaleTest {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  @TempDir Path temp;

  /** Runs what follows with two words that are no text of every encoding, and a PATH with one. */
  private String[] in(String... locale) {
    String script =
        """
        LATIN=$(printf 'K\\366ln') UTF=$(printf 'K\\303\\266ln')
        mkdir -p "$DIR/$LATIN" && printf '#!/bin/sh\\necho found\\n' > "$DIR/$LATIN/seek"
        chmod 700 "$DIR/$LATIN/seek"
        PATH="$DIR/$LATIN:$PATH"
        export LATIN UTF PATH
        exec "$@"
        """;
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    command.addAll(List.of(locale));
    command.addAll(List.of("DIR=" + temp, "PATH=" + PATH, "sh", "-c", script, "sh"));
    return command.toArray(new String[0]);
  }

  private static PipeLinkOptions child(String... command) {
    return new PipeLinkOptions()
        .setCommand(List.of(command))
        .setName("child")
        .setReceive("in")
        .setRestart("never")
        .setStderr("inherit");
  }

  private String printed(String[] before, PipeLinkOptions options) throws Exception {
    try (LinkProcess jvm = LinkProcess.start(options, before)) {
      return (String) jvm.awaitMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "LC_ALL=C.UTF-8"})
  void bytesAreKept(String locale) throws Exception {
    String script = "seek; printf %s \"$LATIN,$UTF,$ORT,$1\" | od -An -v -tx1 | tr -d ' \\n'; echo";
    PipeLinkOptions options =
        child("sh", "-c", "(" + script + ") | tr '\\n' ' '", "sh", "Ü")
            .setEnvironment(Map.of("ORT", "Köln"));
    String utf = "4bc3b66c6e";
    assertEquals(
        "found 4bf66c6e2c" + utf + "2c" + utf + "2cc39c ", printed(in(locale), options), locale);
  }

  @Test
  void aCommandIsFoundWhereverItIs() throws Exception {
    assertEquals("found", printed(in("LC_ALL=C"), child("seek")));
    Path command = Files.createFile(temp.resolve("bin"));
    Files.writeString(command, "#!/bin/sh\necho named\n");
    assertTrue(command.toFile().setExecutable(true));
    // A shell names it, because the locale of this test may not be able to.
    String name = temp + "/t\u00f6st";
    String link = "mv \"$DIR/bin\" \"$DIR/$(printf 't\\303\\266st')\" && exec \"$@\"";
    String[] before = in("LC_ALL=C");
    String[] all = new String[before.length + 4];
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(new String[] {"sh", "-c", link, "sh"}, 0, all, before.length, 4);
    assertEquals("named", printed(all, child(name)));
  }

  @Test
  void aFileThatCanNotBeNamedIsRefused() throws Exception {
    FifoLinkOptions options = new FifoLinkOptions().setRead("/tmp/\u00f6").setName("fifo");
    try (LinkProcess jvm = LinkProcess.start(options, in("LC_ALL=C"))) {
      String failure = jvm.awaitFailure();
      assertTrue(failure.contains("/links/0/read: found \"/tmp/\u00f6\", which can't"), failure);
      assertTrue(failure.endsWith("for example with LC_ALL=C.UTF-8"), failure);
    }
  }

  /** Runs what follows beside a program that writes to a FIFO with a name of these bytes. */
  private String[] besideWriterTo(String octal, String... locale) {
    String file = "\"$DIR/$(printf '" + octal + "')\"";
    String write = "(until test -p " + file + "; do sleep 0.05; done; echo hello > " + file + ")";
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    command.addAll(List.of(locale));
    command.addAll(List.of("DIR=" + temp, "PATH=" + PATH));
    command.addAll(List.of("sh", "-c", write + " & exec \"$@\"", "sh"));
    return command.toArray(new String[0]);
  }

  private FifoLinkOptions fifo() {
    return new FifoLinkOptions().setRead(temp + "/\u00f6").setName("fifo").setReceive("in");
  }

  @Test
  void aFileIsNamedInALocaleThatCan() throws Exception {
    String[] before = besideWriterTo("\\303\\266", "LC_ALL=C.UTF-8");
    try (LinkProcess jvm = LinkProcess.start(fifo(), before)) {
      assertEquals("hello", jvm.awaitMessage());
    }
  }

  @Test
  void aFileThatWouldBeTwoIsRefused() throws Exception {
    Path locale = temp.resolve("de_DE.ISO-8859-1");
    assumeTrue(
        Processes.runs("localedef", "-i", "de_DE", "-f", "ISO-8859-1", locale.toString()),
        "there is no locale to try it in");
    String[] latin = {"LC_ALL=de_DE.ISO-8859-1", "LOCPATH=" + temp};
    if (Runtime.version().feature() < 18) {
      // Everything in such a JVM has the encoding of the locale.
      try (LinkProcess jvm = LinkProcess.start(fifo(), besideWriterTo("\\366", latin))) {
        assertEquals("hello", jvm.awaitMessage());
      }
    } else {
      try (LinkProcess jvm = LinkProcess.start(fifo(), in(latin))) {
        String failure = jvm.awaitFailure();
        assertTrue(failure.contains("has the encoding ISO-8859-1"), failure);
      }
    }
  }
}
