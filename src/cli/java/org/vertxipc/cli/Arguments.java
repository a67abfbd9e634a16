package org.vertxipc.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of this process in UTF-8, whatever the locale is. Java decodes them in the encoding
 * of the locale; without one, what is not ASCII becomes a replacement character, and would be sent
 * as such.
 */
final class Arguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final int LAST_OF_ASCII = 0x7f;

  private Arguments() {}

  /**
   * Returns the arguments as they were given.
   *
   * @param decoded as Java has decoded them
   * @throws IOException when one is not UTF-8
   */
  static String[] utf8(String[] decoded) throws IOException {
    boolean ascii =
        Arrays.stream(decoded).allMatch(a -> a.chars().allMatch(c -> c <= LAST_OF_ASCII));
    if (ascii || System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
      return decoded;
    }
    return last(Files.readAllBytes(COMMAND_LINE), decoded.length);
  }

  /** Returns the last words of a command line, each of which ends with a NUL. */
  static String[] last(byte[] commandLine, int count) throws IOException {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        // What comes before the arguments need not be UTF-8.
        words.add(new String(commandLine, start, i - start, StandardCharsets.ISO_8859_1));
        if (words.size() > count) {
          words.remove(0);
        }
        start = i + 1;
      }
    }
    String[] last = new String[words.size()];
    for (int i = 0; i < last.length; i++) {
      byte[] bytes = words.get(i).getBytes(StandardCharsets.ISO_8859_1);
      last[i] = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
    return last;
  }
}
