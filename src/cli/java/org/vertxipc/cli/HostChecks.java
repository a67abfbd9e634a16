package org.vertxipc.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the kernel gives a process here. {@code docs/operations.md} says what a bus needs. */
final class HostChecks {
  private static final Path SHM = Path.of("/dev/shm");
  private static final Path MQUEUE = Path.of("/proc/sys/fs/mqueue");
  private static final Path FS = Path.of("/proc/sys/fs");
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path NAMESPACES = Path.of("/proc/self/ns");

  private static final long MEBIBYTE = 1 << 20;
  // A ring of the default size, and its page.
  private static final long RING = MEBIBYTE + 4096;
  // What Docker gives a container.
  private static final long SMALL_SHM = 64 * MEBIBYTE;
  // A queue of the default size takes so much of RLIMIT_MSGQUEUE.
  private static final long QUEUE = 82_880;
  private static final long QUEUE_MESSAGES = 10;
  private static final long QUEUE_MESSAGE_BYTES = 8_192;
  private static final long DESCRIPTORS = 1_024;
  private static final long DESCRIPTORS_OF_A_PEER = 4;
  private static final long USUAL_PIPE_PAGES = 16_384;

  // Those that the kernel makes first always have these numbers, see proc_ns.h.
  private static final Map<String, String> FIRST =
      Map.of("ipc", "ipc:[4026531839]", "pid", "pid:[4026531836]", "user", "user:[4026531837]");

  private HostChecks() {}

  /** A look at something that need not be there, in a sandbox for instance. */
  interface Look {
    Finding look() throws IOException;
  }

  static List<Finding> all() {
    List<Finding> all = new ArrayList<>();
    all.add(kernel(System.getProperty("os.name"), System.getProperty("os.version")));
    all.add(tried("shared memory", HostChecks::sharedMemory));
    all.add(tried("message queues", HostChecks::queues));
    all.add(
        tried("descriptors", () -> descriptors(limit(Files.readString(LIMITS), "Max open files"))));
    all.add(tried("pipes", () -> pipes(number(FS, "pipe-user-pages-soft"))));
    all.add(tried("namespaces", HostChecks::namespaces));
    return all;
  }

  /** What can't be looked at keeps nobody from seeing the rest. */
  static Finding tried(String check, Look look) {
    try {
      return look.look();
    } catch (IOException | IllegalArgumentException e) {
      return Finding.warn(check, "not known here: " + e, "see what the system says of it");
    }
  }

  static Finding kernel(String name, String version) {
    String found = name + " " + version + ", " + System.getProperty("os.arch");
    return name.equals("Linux")
        ? Finding.ok("kernel", found)
        : Finding.fail("kernel", found, "run it on Linux");
  }

  private static Finding sharedMemory() throws IOException {
    if (!Files.isDirectory(SHM)) {
      return Finding.fail("shared memory", "there is no " + SHM, "mount a tmpfs there");
    }
    return room("shared memory", SHM);
  }

  /** Says whether rings fit where a directory is. */
  static Finding room(String check, Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return room(check, directory, store.getTotalSpace(), store.getUsableSpace());
  }

  static Finding room(String check, Path directory, long total, long free) {
    String found =
        directory + " has " + Text.mebibytes(total) + ", of which " + Text.mebibytes(free);
    found += " are free";
    if (free < RING) {
      return Finding.fail(
          check, found + ": no ring of the default size fits", "enlarge it, or remove files in it");
    } else if (total <= SMALL_SHM) {
      return Finding.warn(
          check,
          found + ": enough for eight nodes with rings of the default size",
          "enlarge it (docker run --shm-size), or set a smaller 'ringBytes'");
    } else if (free < SMALL_SHM) {
      return Finding.warn(check, found, "enlarge it, or remove files in it");
    }
    return Finding.ok(check, found);
  }

  private static Finding queues() throws IOException {
    if (!Files.isDirectory(MQUEUE)) {
      return Finding.warn(
          "message queues", "the kernel has none", "use another transport than 'mqueue'");
    }
    return queues(
        number(MQUEUE, "msg_max"),
        number(MQUEUE, "msgsize_max"),
        number(MQUEUE, "queues_max"),
        limit(Files.readString(LIMITS), "Max msgqueue size"));
  }

  static Finding queues(long messages, long messageBytes, long queues, long bytes) {
    String check = "message queues";
    long fit = Math.min(queues, bytes / QUEUE);
    // Each node of n has a queue from each other.
    long nodes = 1;
    while ((nodes + 1) * nodes <= fit) {
      nodes++;
    }
    String limit =
        bytes == Long.MAX_VALUE
            ? "RLIMIT_MSGQUEUE unlimited"
            : "RLIMIT_MSGQUEUE " + Text.number(bytes);
    String found = "msg_max " + messages + ", msgsize_max " + Text.number(messageBytes);
    found += ", queues_max " + queues + ", " + limit;
    if (messages < QUEUE_MESSAGES || messageBytes < QUEUE_MESSAGE_BYTES) {
      return Finding.warn(
          check,
          found + ": less than the default of 'mqueue'",
          "set 'mqueue.messages' and 'mqueue.messageBytes', or raise them");
    } else if (nodes < 2) {
      return Finding.warn(
          check, found + ": not enough for two nodes over 'mqueue'", "raise them (ulimit -q)");
    }
    return Finding.ok(check, found + ": enough for " + nodes + " nodes over 'mqueue'");
  }

  static Finding descriptors(long limit) {
    if (limit == Long.MAX_VALUE) {
      return Finding.ok("descriptors", "unlimited");
    }
    String found =
        Text.number(limit) + ", each peer over 'shm' takes " + DESCRIPTORS_OF_A_PEER + " of them";
    return limit < DESCRIPTORS
        ? Finding.warn("descriptors", found, "raise the limit (ulimit -n, LimitNOFILE=)")
        : Finding.ok("descriptors", found);
  }

  static Finding pipes(long pages) {
    String found = "pipe-user-pages-soft " + (pages == 0 ? "0 (unlimited)" : Text.number(pages));
    return pages != 0 && pages < USUAL_PIPE_PAGES
        ? Finding.warn(
            "pipes",
            found + ": FIFOs soon keep a small size, which takes more wake-ups",
            "raise it, or set a smaller 'pipeBytes'")
        : Finding.ok("pipes", found);
  }

  private static Finding namespaces() throws IOException {
    List<String> own = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (String kind : List.of("pid", "ipc", "user", "mnt")) {
      String identity = Files.readSymbolicLink(NAMESPACES.resolve(kind)).toString();
      all.add(identity);
      if (!FIRST.getOrDefault(kind, identity).equals(identity)) {
        own.add(kind);
      }
    }
    String found = String.join(" ", all);
    // Nothing is wrong with them: they matter to nodes in others only.
    return Finding.ok(
        "namespaces",
        own.isEmpty() ? found : found + ", of a container: " + String.join(", ", own));
  }

  /** Such a file gives all it has to the first read, and nothing to a second. */
  private static long number(Path directory, String file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(directory.resolve(file))) {
      return Long.parseLong(in.readLine().strip());
    }
  }

  /** Returns the soft limit of a line of {@code /proc/PID/limits}. */
  static long limit(String limits, String name) {
    for (String line : limits.lines().toList()) {
      if (line.startsWith(name)) {
        String soft = line.substring(name.length()).strip().split(" +", -1)[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
      }
    }
    throw new IllegalArgumentException("no line '" + name + "' in " + LIMITS);
  }
}
