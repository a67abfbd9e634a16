package org.vertxipc.bench;

import static org.vertxipc.bench.Target.atLeast;
import static org.vertxipc.bench.Target.atMost;

import java.util.ArrayList;
import java.util.List;

/** The ratios that we want to reach, with the figures of one run. */
final class Targets {
  private Targets() {}

  /** Returns the better of the two idle strategies, for a target that names none. */
  private static double shm(Figures f, String figure) {
    double park = f.median("shm-park/" + figure);
    double spin = f.median("shm-spin/" + figure);
    return Double.isNaN(spin) ? park : Double.isNaN(park) ? spin : Math.max(park, spin);
  }

  /** Returns what the clustered event bus does by rings, as a multiple of that by TCP. */
  private static double ratio(Figures f, String figure) {
    return f.median("clustered-rings/" + figure) / f.median("clustered/" + figure);
  }

  /** Returns how often a cluster without a network does something, as a multiple of Hazelcast. */
  private static double data(Figures f, String what) {
    return f.median("clustered-no-network-2/" + what + "/rate")
        / f.median("clustered-2/" + what + "/rate");
  }

  /** Compares a log of ours, 256 B, with Chronicle Queue. */
  private static Target log(Figures f, String log, String work, String name, double bound) {
    String figure = "/" + work + "/256B/rate";
    return atLeast(
        log + "-" + work,
        (work.startsWith("append") ? "append of 256 B to " : "replay of 256 B from ")
            + name
            + " ÷ Chronicle Queue, "
            + (work.endsWith("-disk") ? "on a disk" : "in memory"),
        f.median(log + figure) / f.median("chronicle-queue" + figure),
        bound);
  }

  /** Returns all targets, with the results of one run. */
  static List<Target> of(Figures f) {
    List<Target> all = new ArrayList<>();
    all.addAll(StartPart.targets(f));
    all.addAll(bus(f));
    all.addAll(bodies(f));
    all.addAll(bytes(f));
    all.addAll(logs(f));
    all.addAll(cluster(f));
    all.addAll(resources(f));
    all.addAll(PythonPart.targets(f));
    return all;
  }

  private static List<Target> bus(Figures f) {
    double clusteredP50 = f.median("clustered/request/1/p50");
    double spinP50 = f.median("shm-spin/request/1/p50");
    return List.of(
        atMost(
            "rtt-vs-ring",
            "`request` p50 over shm spin, caller on the bridge's loop ÷ round trip p50 of the ring"
                + " alone",
            spinP50 / f.median("ring/round-trip/p50"),
            4),
        atMost(
            "rtt-spin-vs-clustered-other-loop",
            "`request` p50 over shm spin, caller on another event loop ÷ clustered TCP",
            f.median("shm-spin/request/1/other-loop/p50") / clusteredP50,
            0.06),
        atMost(
            "p99-spin-vs-clustered-paced",
            "`request` p99 over shm spin ÷ clustered TCP, both at 5,000/s",
            f.median("shm-spin/paced/5000/p99") / f.median("clustered/paced/5000/p99"),
            0.1),
        atLeast(
            "send-vs-local-sustained",
            "`send` 64 B over shm, nobody waits ÷ local event bus between loops",
            shm(f, "send/64B/rate") / f.median("local-other/send/64B/rate"),
            0.95),
        atLeast(
            "bulk",
            "1 MiB through `bridge.sender` over shm ÷ memcpy bandwidth",
            shm(f, "send/1MiB/stream/rate")
                * (1 << 20)
                / f.median("c/bus-rounds/memcpyBytesPerSecond"),
            0.46),
        atLeast(
            "fifo-vs-pipe",
            "`fifo` bulk at 64 KiB ÷ the C pipe",
            f.median("fifo/send/64KiB/stream/rate")
                * (64 << 10)
                / f.median("c/bus-rounds/pipeBytesPerSecond"),
            0.85));
  }

  private static List<Target> bodies(Figures f) {
    double json = shm(f, "send/json/rate");
    return List.of(
        atLeast(
            "send-json",
            "`send` of a JsonObject of five fields over shm ÷ clustered TCP",
            json / f.median("clustered/send/json/rate"),
            20),
        atLeast(
            "send-json-vs-buffer",
            "the same ÷ buffers of 64 B over shm",
            json / shm(f, "send/64B/rate"),
            0.5),
        atLeast(
            "send-json-vs-tcp-bridge",
            "the same ÷ vertx-tcp-eventbus-bridge over a Unix socket",
            json / f.median("unix-bridge/send/json/rate"),
            6),
        atMost(
            "publish-fanout",
            "CPU time for each delivery of a publish of 64 KiB to 4 processes ÷ of a send of 64 KiB",
            f.median("shm-park/publish/4/64KiB/cpuNanosPerMessage")
                / f.median("shm-park/send/64KiB/cpuNanosPerMessage"),
            0.7),
        atMost(
            "gc",
            "heap allocated for each `send` of 64 B over shm, both sides, beyond what the local event"
                + " bus allocates, bytes",
            f.median("shm-park/send/64B/allocatedPerMessage")
                - f.median("local-other/send/64B/allocatedPerMessage"),
            100));
  }

  private static List<Target> bytes(Figures f) {
    double ring = f.median("ring/throughput/rate");
    return List.of(
        atLeast("aeron", "ring 64 B ÷ Aeron IPC", ring / f.median("aeron/throughput/rate"), 1),
        atMost(
            "aeron-rtt",
            "ring round trip p50 ÷ Aeron IPC",
            f.median("ring/round-trip/p50") / f.median("aeron/round-trip/p50"),
            0.9),
        atLeast(
            "ring-vs-c",
            "ring 64 B ÷ the C ring with the same batches",
            ring / f.median("c/limits/ringRate"),
            0.8));
  }

  private static List<Target> logs(Figures f) {
    List<Target> all = new ArrayList<>();
    for (String disk : List.of("", "-disk")) {
      all.add(log(f, "journal", "append" + disk, "our journal", 1));
      all.add(log(f, "store", "append" + disk, "a store of `mapped`", 1));
      all.add(log(f, "journal", "replay" + disk, "our journal", 4));
      all.add(log(f, "store", "replay" + disk, "a store of `mapped`", 4));
    }
    return all;
  }

  private static List<Target> cluster(Figures f) {
    return List.of(
        atLeast(
            "rings-send-vs-clustered",
            "`send` 64 B of the clustered event bus by rings ÷ by TCP, batches of 200, each awaiting"
                + " one reply",
            ratio(f, "batches-of-200/64B/rate"),
            10),
        atMost(
            "rings-rtt-vs-clustered",
            "`request` p50 of the clustered event bus by rings ÷ by TCP",
            ratio(f, "request/1/p50"),
            1 / 5.0),
        atLeast(
            "rings-bulk-vs-clustered",
            "`send` 1 MiB of the clustered event bus by rings ÷ by TCP",
            ratio(f, "send/1MiB/rate"),
            4),
        atMost(
            "rings-cpu-vs-clustered",
            "CPU time for each message of the clustered event bus at 10,000/s by rings ÷ by TCP",
            ratio(f, "steady/10000/cpuNanosPerMessage"),
            0.5),
        atLeast(
            "cluster-put",
            "`AsyncMap.put` without a network ÷ with Hazelcast, two processes, one at a time",
            data(f, "put"),
            10),
        atLeast("cluster-get", "the same for `AsyncMap.get`", data(f, "get"), 50),
        atLeast("cluster-increment", "the same for `incrementAndGet`", data(f, "increment"), 10),
        atLeast("cluster-lock", "the same for a lock and its release", data(f, "lock"), 10),
        atMost(
            "cluster-join",
            "one more node, from its start to the first reply to it, without a network ÷ with"
                + " Hazelcast",
            f.median("clustered-no-network-2/join/p50") / f.median("clustered-2/join/p50"),
            1 / 5.0));
  }

  private static List<Target> resources(Figures f) {
    return List.of(
        atMost(
            "idle-cpu",
            "idle CPU in park above an idle Vert.x, % of a core per process",
            100 * (f.median("shm-park/idle/cores") - f.median("plain/idle/cores")),
            0.3),
        atMost(
            "alloc",
            "allocation per message, ring and frame path, bytes",
            f.median("frames/path/bytesPerMessage"),
            // This allows for the clock and the counters of the measurement, spread over millions.
            0.001),
        atMost(
            "scale-nodes",
            "CPU time per message with 32 nodes ÷ with 2",
            f.median("nodes-32/send/64B/cpuNanosPerMessage")
                / f.median("nodes-2/send/64B/cpuNanosPerMessage"),
            1.2));
  }
}
