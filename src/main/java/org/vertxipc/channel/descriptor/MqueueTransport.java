package org.vertxipc.channel.descriptor;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.Namespace;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.channel.Transport;
import org.vertxipc.options.MqueueOptions;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * A POSIX message queue in each direction, see {@code mq_overview(7)}, with a FIFO as life-line,
 * because a queue does not report that its writer is gone. The queue's name is random; a file
 * contains it.
 */
public final class MqueueTransport implements Transport {
  /** The suffix of the file that names the queue. */
  public static final String SUFFIX = ".mq";

  private static final String BELL = ".bell";
  private static final String NAME_PREFIX = "/vertx-ipc-";
  // A fragment of a frame needs room for its headers.
  private static final int MIN_BYTES = 128;

  private final Reactor reactor;
  private final Access access;
  private final MqueueOptions options;
  private final SecureRandom random = new SecureRandom();

  /**
   * Creates a transport.
   *
   * @param reactor drives its descriptors
   * @param access who may open its queues
   * @param options of the queues that this side makes
   */
  public MqueueTransport(Reactor reactor, Access access, MqueueOptions options) {
    this.reactor = reactor;
    this.access = access;
    this.options = options;
  }

  @Override
  public void prepare(Path directory) throws IOException {
    // Which limits apply depends on privileges, so the only way to know is to try.
    String name = randomName();
    MessageQueue probe = createQueue(name);
    MessageQueue.unlink(name);
    probe.close();
  }

  private String randomName() {
    return String.format("%s%d-%016x", NAME_PREFIX, Posix.getuid(), random.nextLong());
  }

  private MessageQueue createQueue(String name) throws IOException {
    if (options.getMessageBytes() > 0 && options.getMessageBytes() < MIN_BYTES) {
      throw new IOException(
          "Messages of "
              + options.getMessageBytes()
              + " bytes are too short, at least "
              + MIN_BYTES
              + " are needed");
    }
    MessageQueue queue =
        MessageQueue.create(
            name, Posix.O_RDONLY, 0600, options.getMaxMessages(), options.getMessageBytes());
    try {
      access.grant(queue.fd(), Path.of(name));
      return queue;
    } catch (IOException | RuntimeException e) {
      MessageQueue.unlink(name);
      queue.close();
      throw e;
    }
  }

  @Override
  public InboundChannel createInbound(Path base, long writerPid) throws IOException {
    Path file = Path.of(base + SUFFIX);
    Path bellPath = Path.of(base + BELL);
    String name = randomName();
    // Before the queue: whoever cleans up after this process finds the name.
    SmallFile.create(access, file, name, Namespace.IPC.identity());
    MessageQueue queue = null;
    try {
      queue = createQueue(name);
      int bell = Fifo.createReader(access, bellPath);
      return new MqueueInbound(reactor, queue, file, bell, bellPath);
    } catch (IOException | RuntimeException e) {
      if (queue != null) {
        MessageQueue.unlink(name);
        queue.close();
      }
      Cleanup.unlink(file);
      throw e;
    }
  }

  @Override
  public OutboundChannel openOutbound(Path base, OutboundHandler handler) throws IOException {
    MessageQueue queue = MessageQueue.open(name(access, Path.of(base + SUFFIX)), Posix.O_WRONLY);
    try {
      access.require(queue.fd(), Path.of(queue.name()), false);
      Bell bell = new Bell(reactor, Fifo.openWriter(access, Path.of(base + BELL)), handler);
      try {
        return new MqueueOutbound(reactor, queue, bell, handler);
      } catch (IOException | RuntimeException e) {
        bell.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      queue.close();
      throw e;
    }
  }

  private static String name(Access access, Path file) throws IOException {
    String name =
        SmallFile.name(access, file, Namespace.IPC.identity(), Namespace.IPC.hint("mqueue"));
    if (!name.startsWith(NAME_PREFIX) || name.indexOf('/', 1) >= 0) {
      throw new IOException(file + " does not name a queue of vertx-ipc: '" + name + "'");
    }
    return name;
  }

  /**
   * Removes the queue of a dead node.
   *
   * @param access who may have made the file
   * @param file contains its name
   * @throws IOException when it can't be removed
   */
  public static void clean(Access access, Path file) throws IOException {
    try {
      MessageQueue.unlink(name(access, file));
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    // Channels share nothing.
  }
}
