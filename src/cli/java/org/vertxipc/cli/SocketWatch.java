package org.vertxipc.cli;

import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks for sockets in {@code /proc/PID/fd}, see {@code proc(5)}.
 *
 * <p>JDK 17 keeps one for itself: when its file channels are first used it makes a socket pair,
 * closes one half and keeps the other, connected to nothing, as a marker for descriptors that are
 * being closed. Each process lists what the JDK holds before anything else is started; these
 * sockets are shown separately and not counted. A socket that is gone at the next look is not
 * counted either: Netty and the JDK ask the kernel for what it supports, and for its network
 * interfaces, through sockets that are closed at once; a process that exchanged messages over a
 * socket would keep it.
 */
final class SocketWatch {
  private static final String SOCKET = "socket:";

  private final Path descriptors;
  private final Set<String> jdk = new HashSet<>();
  // The sockets seen at the last look.
  private Set<String> before = new HashSet<>();
  private int looks;
  private int most;
  private int open;

  SocketWatch(long pid) {
    this.descriptors = Path.of("/proc", Long.toString(pid), "fd");
  }

  /** Returns the sockets that the JDK of this process holds once its file channels are in use. */
  static JsonArray ofTheJdk() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(Path.of("/proc/self/status"))) {
      channel.size();
    }
    JsonArray sockets = new JsonArray();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        String target = target(link);
        if (target.startsWith(SOCKET)) {
          sockets.add(target);
        }
      }
    }
    return sockets;
  }

  synchronized void exclude(JsonArray sockets) {
    sockets.forEach(s -> jdk.add((String) s));
  }

  synchronized void look() {
    Set<String> sockets = new HashSet<>();
    int all = 0;
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) {
        String target = target(link);
        all++;
        if (target.startsWith(SOCKET) && !jdk.contains(target)) {
          sockets.add(target);
        }
      }
    } catch (IOException e) {
      return; // The process has ended: what was seen before counts.
    }
    looks++;
    open = Math.max(open, all);
    before.retainAll(sockets);
    most = Math.max(most, before.size());
    before = sockets;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // It was closed between listing and reading.
    }
  }

  synchronized int ofJdk() {
    return jdk.size();
  }

  synchronized int looks() {
    return looks;
  }

  synchronized int mostSockets() {
    return most;
  }

  synchronized int mostOpen() {
    return open;
  }
}
