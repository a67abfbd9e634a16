package org.vertxipc.channel.descriptor;

import java.io.IOException;
import java.nio.file.Path;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.Transport;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.reactor.Reactor;

/** A FIFO in each direction, see {@code fifo(7)}. */
public final class FifoTransport implements Transport {
  private static final String SUFFIX = ".fifo";

  private final Reactor reactor;
  private final Access access;
  private final int pipeBytes;

  /**
   * Creates a transport.
   *
   * @param reactor drives its descriptors
   * @param access who may open its FIFOs
   * @param pipeBytes the wanted size of a pipe's buffer in the kernel, in bytes
   */
  public FifoTransport(Reactor reactor, Access access, int pipeBytes) {
    this.reactor = reactor;
    this.access = access;
    this.pipeBytes = pipeBytes;
  }

  @Override
  public void prepare(Path directory) {
    // The door is a FIFO, too, so FIFOs can be made there.
  }

  @Override
  public InboundChannel createInbound(Path base, long writerPid) throws IOException {
    Path path = Path.of(base + SUFFIX);
    int fd = Fifo.createReader(access, path);
    boolean granted = Posix.setPipeSize(fd, pipeBytes);
    return new FifoInbound(reactor, fd, path, granted);
  }

  @Override
  public OutboundChannel openOutbound(Path base, OutboundHandler handler) throws IOException {
    return new FifoOutbound(reactor, Fifo.openWriter(access, Path.of(base + SUFFIX)), handler);
  }

  @Override
  public void close() {
    // Channels share nothing.
  }
}
