package org.vertxipc.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.posix.SharedSegment;
import org.vertxipc.ring.RingLayout;

/** System V segments as the kernel lists them, and a process that makes one and ends. */
public final class Segments {
  private static final int CAPACITY = 4096;

  private Segments() {}

  /** Returns the segments made by a process, as {@code ipcs -m} shows them. */
  public static List<Integer> madeBy(long pid) throws IOException {
    List<Integer> ids = new ArrayList<>();
    List<String> lines = Files.readAllLines(Path.of("/proc/sysvipc/shm"));
    for (String line : lines.subList(1, lines.size())) {
      String[] columns = line.strip().split(" +", -1);
      if (Long.parseLong(columns[4]) == pid) {
        ids.add(Integer.parseInt(columns[1]));
      }
    }
    return ids;
  }

  /** Has another process make a segment and end; returns the id of the segment. */
  public static int ofAProcessThatEnded(int key, boolean ring) throws Exception {
    List<String> command = JvmProcess.java();
    command.addAll(List.of(Segments.class.getName(), "" + key, "" + ring));
    String out = Processes.output(new ProcessBuilder(command).redirectErrorStream(true).start());
    return Integer.parseInt(out.strip().lines().reduce((a, b) -> b).orElseThrow());
  }

  public static void main(String[] args) throws IOException {
    int id = SharedSegment.create(Integer.parseInt(args[0]), RingLayout.size(CAPACITY), 0600);
    try (SharedSegment segment = SharedSegment.attach(id, false)) {
      if (Boolean.parseBoolean(args[1])) {
        RingLayout.initialize(segment.buffer(), CAPACITY);
      }
    }
    System.out.println(id);
  }
}
