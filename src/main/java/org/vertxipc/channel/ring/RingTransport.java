package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.Transport;
import org.vertxipc.options.BusOptions;
import org.vertxipc.options.IdleOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.reactor.Reactor;

/**
 * A ring in each direction in memory that both sides share, with a FIFO as doorbell and life-line.
 */
public final class RingTransport implements Transport {
  /** Of the file that names a System V segment. */
  public static final String SYSV_SUFFIX = SysvMemory.SUFFIX;

  private static final String BELL = ".bell";

  private final Reactor reactor;
  private final Access access;
  private final RingStore store;
  private final RingPoller poller;
  private final int capacity;

  private RingTransport(RingStore store, Reactor reactor, Access access, BusOptions options) {
    this(store, reactor, access, options.getIdle(), options.getRingBytes());
  }

  private RingTransport(
      RingStore store, Reactor reactor, Access access, IdleOptions idle, int capacity) {
    this.store = store;
    this.reactor = reactor;
    this.access = access;
    this.poller = new RingPoller(reactor, idle);
    this.capacity = capacity;
  }

  /**
   * Creates a transport with rings in files, which in {@code /dev/shm} are POSIX shared memory.
   *
   * @param reactor drives its doorbells and the poller
   * @param access who may open them
   * @param idle what to do when there is nothing to take
   * @param capacity of the rings that this side reads, in bytes: a power of two
   * @return the transport
   */
  public static RingTransport shm(Reactor reactor, Access access, IdleOptions idle, int capacity) {
    return new RingTransport(new FileRings(access), reactor, access, idle, capacity);
  }

  /**
   * Creates a transport with rings in files, for nodes that keep stores: both sides check that they
   * use the same stores.
   *
   * @param reactor drives its doorbells and the poller
   * @param access who may open them
   * @param options size of the rings that this side reads, and what to do when nothing is in them
   * @param stores where the stores of the bus are
   * @return the transport
   */
  public static RingTransport mapped(
      Reactor reactor, Access access, BusOptions options, Path stores) {
    RingStore rings = new PlacedRings(access, new FileRings(access), stores);
    return new RingTransport(rings, reactor, access, options);
  }

  /**
   * Creates a transport with rings in System V segments.
   *
   * @param reactor drives its doorbells and the poller
   * @param access who may open them
   * @param options of the segments and rings that this side makes
   * @return the transport
   */
  public static RingTransport sysv(Reactor reactor, Access access, BusOptions options) {
    return new RingTransport(new SysvRings(access, options.getSysv()), reactor, access, options);
  }

  /**
   * Creates a transport with rings in memory without a name: {@code /dev/zero} within a process,
   * otherwise sealed memory files.
   *
   * @param reactor drives its doorbells and the poller
   * @param access who may open them
   * @param options size of the rings that this side reads, and what to do when nothing is in them
   * @return the transport
   */
  public static RingTransport anonymous(Reactor reactor, Access access, BusOptions options) {
    return new RingTransport(new AnonymousRings(access), reactor, access, options);
  }

  /**
   * Removes the System V segment of a dead node.
   *
   * @param access who may have made the file
   * @param file names the segment
   * @throws IOException when it can't be removed
   */
  public static void cleanSysv(Access access, Path file) throws IOException {
    SysvMemory.clean(access, file);
  }

  @Override
  public void prepare(Path directory) throws IOException {
    store.prepare();
    RingMemory probe = store.create(directory.resolve("probe"), capacity, 0);
    probe.unlink();
    probe.close();
  }

  @Override
  public InboundChannel createInbound(Path base, long writerPid) throws IOException {
    Path bellPath = Path.of(base + BELL);
    RingMemory memory = store.create(base, capacity, writerPid);
    try {
      int bell = Fifo.createReader(access, bellPath);
      return new RingInbound(reactor, poller, memory, bell, bellPath);
    } catch (IOException | RuntimeException e) {
      memory.unlink();
      memory.close();
      throw e;
    }
  }

  @Override
  public OutboundChannel openOutbound(Path base, OutboundHandler handler) throws IOException {
    RingMemory memory = store.open(base);
    try {
      Bell bell = new Bell(reactor, Fifo.openWriter(access, Path.of(base + BELL)), handler);
      try {
        return new RingOutbound(memory, bell, handler);
      } catch (RuntimeException e) {
        bell.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  @Override
  public void close() {
    // The poller ends with its last ring.
  }
}
