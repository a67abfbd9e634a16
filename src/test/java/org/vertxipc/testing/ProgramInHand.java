package org.vertxipc.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.vertxipc.options.AnsweringLinkOptions;
import org.vertxipc.options.FifoLinkOptions;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.options.PipeLinkOptions;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;

/**
 * The program at the other end of a link, in the hand of a test, which says what it says and when.
 * With a pipe the child is a shell that passes on what goes through two FIFOs of the test.
 */
public final class ProgramInHand implements AutoCloseable {
  private static final String END = "the test has ended";

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final AnsweringLinkOptions<?> options;
  private final Closeable end;
  private final Voice voice;

  /** Says something to the link. */
  private interface Voice {
    void say(String lines) throws IOException;
  }

  private ProgramInHand(AnsweringLinkOptions<?> options, Path to, Path from) throws IOException {
    this.options = options;
    RandomAccessFile reads = new RandomAccessFile(to.toFile(), "rw");
    RandomAccessFile writes = new RandomAccessFile(from.toFile(), "rw");
    this.voice = lines -> writes.write(lines.getBytes(StandardCharsets.UTF_8));
    Thread reader = new Thread(() -> listen(reads), "program in hand");
    reader.start();
    this.end =
        () -> {
          reads.write((END + "\n").getBytes(StandardCharsets.UTF_8));
          try {
            reader.join();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          reads.close();
          writes.close();
        };
  }

  private void listen(RandomAccessFile reads) {
    try {
      for (String line = reads.readLine(); !END.equals(line); line = reads.readLine()) {
        asked.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProgramInHand(AnsweringLinkOptions<?> options, String to, String from)
      throws IOException {
    this.options = options;
    ByteBuffer buffer = ByteBuffer.allocateDirect(8192);
    MessageQueue reads = MessageQueue.create(to, Posix.O_RDONLY, 0600, 10, 8192);
    MessageQueue writes = MessageQueue.create(from, Posix.O_WRONLY, 0600, 10, 8192);
    this.voice =
        lines -> {
          for (String line : lines.lines().toList()) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            buffer.put(0, bytes);
            writes.send(Posix.address(buffer), bytes.length, 0);
          }
        };
    Thread reader = new Thread(() -> poll(reads), "program in hand");
    reader.start();
    this.end =
        () -> {
          reader.interrupt();
          try {
            reader.join();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          reads.close();
          writes.close();
          MessageQueue.unlink(to);
          MessageQueue.unlink(from);
        };
  }

  private void poll(MessageQueue reads) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(8192);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        int length = reads.receive(Posix.address(buffer));
        if (length == Posix.WOULD_BLOCK) {
          Thread.sleep(1);
        } else {
          byte[] bytes = new byte[length];
          buffer.get(0, bytes);
          asked.add(new String(bytes, StandardCharsets.UTF_8));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates the program for a link of a type. */
  public static ProgramInHand of(String type, Path dir) throws IOException {
    if (type.equals("mqueue")) {
      String name = "/vertx-ipc-hand-" + ProcessHandle.current().pid();
      return new ProgramInHand(
          named(new MqueueLinkOptions().setWrite(name + "-to").setRead(name + "-from")),
          name + "-to",
          name + "-from");
    }
    Path to = dir.resolve("to");
    Path from = dir.resolve("from");
    Posix.mkfifo(to, 0600);
    Posix.mkfifo(from, 0600);
    AnsweringLinkOptions<?> options =
        type.equals("fifo")
            ? new FifoLinkOptions().setWrite(to.toString()).setRead(from.toString())
            : new PipeLinkOptions()
                .setCommand(List.of("sh", "-c", "cat from & exec cat > to"))
                .setDirectory(dir.toString())
                .setRestartMinMillis(10);
    return new ProgramInHand(named(options), to, from);
  }

  private static AnsweringLinkOptions<?> named(AnsweringLinkOptions<?> options) {
    options.setName("link").setSend("out").setReceive("in").setEvents("events");
    return options;
  }

  public AnsweringLinkOptions<?> options() {
    return options;
  }

  /** Returns what it is asked next. */
  public String asked() throws InterruptedException {
    String line = asked.poll(30, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("asked nothing");
    }
    return line;
  }

  /** Returns whether it has been asked something that was not looked at. */
  public boolean isAsked() {
    return !asked.isEmpty();
  }

  /** Says lines, of which each ends in a line feed, in one write. */
  public void say(String lines) throws IOException {
    voice.say(lines);
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
