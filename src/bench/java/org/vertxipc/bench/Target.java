package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * A ratio that we want to reach.
 *
 * @param id its name
 * @param what description
 * @param value what was measured; NaN when it was not
 * @param bound the value that we want
 * @param atLeast whether more is better
 */
record Target(String id, String what, double value, double bound, boolean atLeast) {
  boolean met() {
    return atLeast ? value >= bound : value <= bound;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("what", what)
        .put("value", Double.isFinite(value) ? value : null)
        .put("target", bound)
        .put("comparison", atLeast ? "at least" : "at most")
        .put("met", met());
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s %s | %s |",
        id,
        what,
        Double.isFinite(value) ? number(value) : "not measured",
        atLeast ? "≥" : "≤",
        number(bound),
        met() ? "yes" : "**no**");
  }

  private static String number(double n) {
    return n == 0 || Math.abs(n) >= 10
        ? String.format(Locale.ROOT, "%.1f", n)
        : String.format(Locale.ROOT, "%.3f", n);
  }

  private static Target atLeast(String id, String what, double value, double bound) {
    return new Target(id, what, value, bound, true);
  }

  private static Target atMost(String id, String what, double value, double bound) {
    return new Target(id, what, value, bound, false);
  }

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
    double clusteredP50 = f.median("clustered/request/1/p50");
    double shmBatches = shm(f, "batches-of-200/64B/rate");
    double shmSend = shm(f, "send/64B/rate");
    double ring = f.median("ring/throughput/rate");
    return List.of(
        atLeast(
            "send-vs-clustered",
            "`send` 64 B over shm ÷ clustered TCP, batches of 200, each awaiting one reply",
            shmBatches / f.median("clustered/batches-of-200/64B/rate"),
            50),
        atLeast(
            "send-vs-clustered-sustained",
            "the same without waiting: two batches of 1,000 under way",
            shmSend / f.median("clustered/send/64B/rate"),
            50),
        atLeast(
            "send-vs-local",
            "`send` 64 B over shm ÷ local event bus between contexts, batches of 200, each awaiting"
                + " one reply",
            shmBatches / f.median("local-other/batches-of-200/64B/rate"),
            2),
        atLeast(
            "send-vs-local-sustained",
            "the same without waiting: two batches of 1,000 under way",
            shmSend / f.median("local-other/send/64B/rate"),
            2),
        atMost(
            "rtt-spin-vs-clustered",
            "`request` p50 over shm spin ÷ clustered TCP, caller on the bridge's context",
            f.median("shm-spin/request/1/p50") / clusteredP50,
            1 / 50.0),
        atMost(
            "rtt-spin-vs-clustered-other-loop",
            "`request` p50 over shm spin ÷ clustered TCP, caller on another event loop",
            f.median("shm-spin/request/1/other-loop/p50") / clusteredP50,
            1 / 15.0),
        atMost(
            "rtt-park-vs-clustered",
            "`request` p50 over shm park at 50,000/s ÷ clustered TCP",
            f.median("shm-park/paced/50000/p50") / clusteredP50,
            1 / 10.0),
        atMost(
            "p99-spin-vs-clustered",
            "`request` p99 over shm spin ÷ clustered TCP, one at a time",
            f.median("shm-spin/request/1/p99") / f.median("clustered/request/1/p99"),
            1 / 20.0),
        atMost(
            "p99-spin-vs-clustered-paced",
            "`request` p99 over shm spin ÷ clustered TCP, both at 5,000/s",
            f.median("shm-spin/paced/5000/p99") / f.median("clustered/paced/5000/p99"),
            1 / 20.0),
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
            1 / 5.0),
        atLeast(
            "bulk-vs-memcpy",
            "bulk 1 MiB over shm ÷ memcpy bandwidth",
            shm(f, "send/1MiB/stream/rate")
                * (1 << 20)
                / f.median("c/bus-rounds/memcpyBytesPerSecond"),
            0.4),
        atLeast(
            "fifo-vs-pipe",
            "`fifo` bulk at 64 KiB ÷ the C pipe",
            f.median("fifo/send/64KiB/stream/rate")
                * (64 << 10)
                / f.median("c/bus-rounds/pipeBytesPerSecond"),
            0.8),
        atMost(
            "fifo-vs-pipe-rtt",
            "`request` p50 over `fifo` ÷ the C pipe's round trip",
            f.median("fifo/request/1/p50") / f.median("c/bus-rounds/pipeRoundTripNs"),
            1.3),
        atLeast(
            "ring-vs-agrona",
            "ring 64 B ÷ Agrona one-to-one",
            ring / f.median("agrona-one/throughput/rate"),
            1.3),
        atLeast(
            "ring-vs-c",
            "ring 64 B ÷ the C ring with the same batches",
            ring / f.median("c/limits/ringRate"),
            0.8),
        atMost(
            "ring-rtt-vs-c",
            "ring round trip ÷ C cache-line round trip",
            f.median("ring/round-trip/mean") / f.median("c/limits/lineRoundTripNs"),
            1.5),
        atLeast("aeron", "ring 64 B ÷ Aeron IPC", ring / f.median("aeron/throughput/rate"), 2),
        atMost(
            "aeron-rtt",
            "ring round trip p50 ÷ Aeron IPC",
            f.median("ring/round-trip/p50") / f.median("aeron/round-trip/p50"),
            1 / 3.0),
        log(f, "journal", "append", "our journal", 1),
        log(f, "journal", "append-disk", "our journal", 1),
        log(f, "journal", "replay", "our journal", 4),
        log(f, "journal", "replay-disk", "our journal", 4),
        log(f, "store", "append", "a store of `mapped`", 1),
        log(f, "store", "append-disk", "a store of `mapped`", 1),
        log(f, "store", "replay", "a store of `mapped`", 4),
        log(f, "store", "replay-disk", "a store of `mapped`", 4),
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
