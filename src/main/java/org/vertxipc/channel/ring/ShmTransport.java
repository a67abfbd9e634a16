package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.Transport;
import org.vertxipc.reactor.Reactor;

/** A ring each way in a file that both sides map, with a FIFO as doorbell and life-line. */
public final class ShmTransport implements Transport {
  private static final String RING = ".ring";
  private static final String BELL = ".bell";

  private final Reactor reactor;
  private final RingPoller poller;
  private final int capacity;

  /**
   * A transport.
   *
   * @param reactor drives its doorbells and the poller
   * @param policy what to do when there is nothing to take
   * @param capacity of the rings that this side reads, in bytes: a power of two
   */
  public ShmTransport(Reactor reactor, IdlePolicy policy, int capacity) {
    this.reactor = reactor;
    this.poller = new RingPoller(reactor, policy);
    this.capacity = capacity;
  }

  @Override
  public String name() {
    return "shm";
  }

  @Override
  public int id() {
    return 2;
  }

  @Override
  public InboundChannel createInbound(Path base) throws IOException {
    Path bellPath = Path.of(base + BELL);
    MappedFileMemory memory = MappedFileMemory.create(Path.of(base + RING), capacity);
    try {
      int bell = Fifo.createReader(bellPath);
      return new RingInbound(reactor, poller, memory, bell, bellPath);
    } catch (IOException | RuntimeException e) {
      memory.unlink();
      memory.close();
      throw e;
    }
  }

  @Override
  public OutboundChannel openOutbound(Path base, OutboundHandler handler) throws IOException {
    MappedFileMemory memory = MappedFileMemory.open(Path.of(base + RING));
    try {
      int bell = Fifo.openWriter(Path.of(base + BELL));
      try {
        return new RingOutbound(memory, bell, handler);
      } catch (RuntimeException e) {
        Cleanup.close(bell);
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
