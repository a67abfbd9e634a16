package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.vertxipc.bridge.Priority;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** POSIX message queues that programs write to and read from, see {@code mq_overview(7)}. */
final class QueueLink extends NamedLink<MessageQueue> {
  private static final Logger log = LoggerFactory.getLogger(QueueLink.class);
  // Messages per turn of the event loop, so that other descriptors have their turn.
  private static final int MAX_MESSAGES = 64;

  private final MqueueLinkOptions options;
  private MessageQueue inbound;
  private Reactor.Watch watch;
  private ByteBuffer buffer;
  private QueueOutlet outlet;

  QueueLink(
      ContextInternal context, Reactor reactor, MqueueLinkOptions options, LinkEvents events) {
    super(context, reactor, options, events, true, Posix.O_WRONLY);
    this.options = options;
  }

  @Override
  MessageQueue make(String name, int access, int mode) throws IOException {
    return MessageQueue.create(
        name, access, mode, options.getMaxMessages(), options.getMessageBytes());
  }

  @Override
  MessageQueue find(String name, int access) throws IOException {
    MessageQueue queue = MessageQueue.open(name, access);
    if (differs(options.getMaxMessages(), queue.maxMessages())
        || differs(options.getMessageBytes(), queue.messageBytes())) {
      queue.close();
      throw new IOException(
          String.format(
              "Message queue %s exists, for %d messages of %d bytes, but maxMessages %d and"
                  + " messageBytes %d are configured",
              name,
              queue.maxMessages(),
              queue.messageBytes(),
              options.getMaxMessages(),
              options.getMessageBytes()));
    }
    return queue;
  }

  private static boolean differs(int configured, int found) {
    return configured != 0 && configured != found;
  }

  @Override
  void discard(MessageQueue queue) {
    try {
      queue.close();
    } catch (PosixException e) {
      log.warn("Closing a message queue reported an error", e);
    }
  }

  @Override
  void read(MessageQueue queue) throws IOException {
    inbound = queue;
    buffer = ByteBuffer.allocateDirect(queue.messageBytes());
    watch = reactor.watch(queue.fd(), (readable, writable, hangup) -> take());
    exchange.intake().source(stopped -> watch.interest(!stopped, false));
  }

  @Override
  void write(MessageQueue queue) throws IOException {
    int most = queue.messageBytes();
    outlet = new QueueOutlet(reactor, queue, this);
    exchange.outlet(outlet, most);
  }

  private void take() {
    try {
      long address = Posix.address(buffer);
      for (int i = 0; i < MAX_MESSAGES && isToBeRead(); i++) {
        int length = inbound.receive(address);
        if (length == Posix.WOULD_BLOCK) {
          return;
        }
        byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        String priority = Integer.toString(inbound.priority());
        exchange.onItem(
            Buffer.buffer(bytes), new DeliveryOptions().addHeader(Priority.HEADER, priority));
      }
    } catch (PosixException e) {
      watch.close();
      events.warn("failed", new JsonObject().put("reason", e.getMessage()));
    }
  }

  private boolean isToBeRead() {
    return inbound != null && !exchange.intake().isStopped();
  }

  @Override
  long unread(boolean last) {
    Outlet outlet = exchange.outlet();
    return outlet == null ? 0 : outlet.queued();
  }

  @Override
  void close() {
    if (watch != null) {
      watch.close();
    }
    if (outlet != null) {
      outlet.close();
    }
    if (inbound != null) {
      discard(inbound);
      inbound = null;
    }
  }

  @Override
  void remove(String name) throws IOException {
    MessageQueue.unlink(name);
  }
}
