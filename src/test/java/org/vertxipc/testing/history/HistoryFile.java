package org.vertxipc.testing.history;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of a client, with a line for each invocation and for each return. Each line is written
 * at once, so that the file outlives a client that is killed. One thread at a time.
 */
final class HistoryFile implements Closeable {
  private static final String INVOKED = "I";
  private static final String RETURNED = "R";
  private static final int FIRST_ARGUMENT = 4;

  private final FileChannel channel;

  HistoryFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Notes an invocation, before it is made. */
  void invoked(String object, String call, List<String> arguments) throws IOException {
    // The time is taken first: the operation must not take effect before it.
    List<String> words = new ArrayList<>(List.of(INVOKED, now(), object, call));
    words.addAll(arguments);
    line(words);
  }

  /** Notes the return of what was invoked last, after it was made. */
  void returned(String result) throws IOException {
    line(List.of(RETURNED, now(), result));
  }

  private static String now() {
    // It is that of CLOCK_MONOTONIC, which all processes of a host share.
    return Long.toString(System.nanoTime());
  }

  private void line(List<String> words) throws IOException {
    for (String word : words) {
      if (word.isEmpty() || word.indexOf(' ') >= 0 || word.indexOf('\n') >= 0) {
        throw new IOException("no word: '" + word + "'");
      }
    }
    ByteBuffer line =
        ByteBuffer.wrap((String.join(" ", words) + '\n').getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Reads the operations of a client, which is called as its file is. A line that has no end was
   * being written when the client was killed: what it would have said is not known, and had an
   * invocation not been made yet.
   */
  static List<Operation> read(Path file) throws IOException {
    String client = file.getFileName().toString();
    String text = Files.readString(file);
    List<Operation> operations = new ArrayList<>();
    String[] invocation = null;
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      String[] words = line.split(" ", -1);
      boolean isReturn = words[0].equals(RETURNED);
      if (isReturn != (invocation != null) || !(isReturn || words[0].equals(INVOKED))) {
        throw new IOException("unexpected line in " + file + ": " + line);
      }
      if (isReturn) {
        operations.add(operation(client, invocation, words[2], Long.parseLong(words[1])));
        invocation = null;
      } else {
        invocation = words;
      }
    }
    if (invocation != null) {
      operations.add(operation(client, invocation, null, Operation.NEVER));
    }
    return operations;
  }

  private static Operation operation(
      String client, String[] invocation, String result, long returned) {
    return new Operation(
        client,
        invocation[2],
        invocation[FIRST_ARGUMENT - 1],
        List.of(invocation).subList(FIRST_ARGUMENT, invocation.length),
        result,
        Long.parseLong(invocation[1]),
        returned);
  }
}
