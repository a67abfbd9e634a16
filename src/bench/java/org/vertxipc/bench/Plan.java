package org.vertxipc.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.vertxipc.bench.Work.Caller;

/** Says what is measured with whom. */
final class Plan {
  static final List<String> CONTENDERS =
      List.of(
          "shm-park",
          "shm-spin",
          "fifo",
          "clustered",
          "clustered-rings",
          "tcp-bridge",
          "unix-bridge",
          "local-other",
          "local-same");

  /** Our transports side by side; those that are not contenders do less work. */
  static final List<String> TRANSPORTS =
      List.of("shm-park", "sysv", "anonymous", "mapped", "fifo", "mqueue");

  /** With {@code heedLocalOnly} and without. */
  static final List<String> MARKS = List.of("shm-park", "shm-unmarked");

  static final List<String> PUBLISHERS = List.of("shm-park", "fifo", "clustered");
  static final List<String> LINKS =
      List.of("ring", "ring-publish-each", "agrona-one", "agrona-many", "aeron");

  /** Logs in files. */
  static final List<String> LOGS = List.of("journal", "store", "chronicle-queue");

  /** Clusters whose maps, counters and locks are measured. */
  static final List<String> CLUSTERS = List.of("clustered-no-network", "clustered");

  static final int[] MEMBERS = {2, 4};
  static final int[] PROCESSES = {1, 2, 4};
  static final int[] NODES = {2, 4, 8, 16, 32};
  private static final int[] SIZES = {16, 64, 1 << 10, 64 << 10, 1 << 20, 0};

  /** Keys of work in the order in which they are measured. */
  static final Comparator<String> ORDER =
      Comparator.comparingInt((String key) -> order().indexOf(key)).thenComparing(key -> key);

  private Plan() {}

  static boolean isLocal(String contender) {
    return contender.startsWith("local");
  }

  /** Returns whether a client waits until its server is there, and need not start after it. */
  static boolean meetInAnyOrder(String contender) {
    return isOurs(contender) || TRANSPORTS.contains(contender);
  }

  /** All contenders that exchange messages. */
  static List<String> all() {
    List<String> all = new ArrayList<>(CONTENDERS);
    Stream.of(TRANSPORTS, MARKS)
        .flatMap(List::stream)
        .filter(c -> !all.contains(c))
        .forEach(all::add);
    return all;
  }

  private static boolean isOurs(String contender) {
    return contender.startsWith("shm") || contender.equals("fifo");
  }

  /** The work of a contender in each round. */
  static List<Work> works(String contender) {
    List<Work> works = new ArrayList<>();
    works.add(Work.batches(Caller.SAME));
    if (contender.equals("shm-unmarked")) {
      works.add(Work.send(64, Caller.SAME));
      works.add(Work.request(1, Caller.SAME));
      works.add(Work.request(64, Caller.SAME));
      addFromAnotherLoop(works);
      return works;
    }
    if (!CONTENDERS.contains(contender)) {
      works.add(Work.send(64, Caller.SAME));
      works.add(Work.send(64 << 10, Caller.SAME));
      works.add(Work.request(1, Caller.SAME));
      works.add(Work.request(64, Caller.SAME));
      works.add(Work.paced(5_000, Caller.SAME));
      return works;
    }
    for (int size : SIZES) {
      works.add(Work.send(size, Caller.SAME));
    }
    works.add(Work.request(1, Caller.SAME));
    works.add(Work.request(64, Caller.SAME));
    works.add(Work.paced(5_000, Caller.SAME));
    if (isOurs(contender)) {
      works.add(Work.paced(50_000, Caller.SAME));
      addFromAnotherLoop(works);
      for (int size : new int[] {64, 64 << 10, 1 << 20}) {
        works.add(Work.send(size, Caller.DIRECT));
      }
    }
    return works;
  }

  private static void addFromAnotherLoop(List<Work> works) {
    works.add(Work.batches(Caller.OTHER));
    works.add(Work.send(64, Caller.OTHER));
    works.add(Work.request(1, Caller.OTHER));
    works.add(Work.request(64, Caller.OTHER));
  }

  /** The work of a contender that publishes to some processes. */
  static List<Work> publishes(int processes) {
    Work small = Work.publish(64, processes);
    return processes == 4 ? List.of(small, Work.publish(64 << 10, processes)) : List.of(small);
  }

  private static List<String> order() {
    List<String> keys = new ArrayList<>();
    works("shm-park").forEach(w -> keys.add(w.key()));
    for (int processes : PROCESSES) {
      publishes(processes).forEach(w -> keys.add(w.key()));
    }
    return keys;
  }
}
