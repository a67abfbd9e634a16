package org.vertxipc.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.vertxipc.bridge.Priority;
import org.vertxipc.options.MqueueLinkOptions;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.MessageQueue;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/** POSIX message queues that programs write to and read from, see {@code mq_overview(7)}. */
final class QueueLink implements Link {
  private static final Logger log = LoggerFactory.getLogger(QueueLink.class);
  // Messages per turn of the event loop, so that other descriptors have their turn.
  private static final int MAX_MESSAGES = 64;

  private final ContextInternal context;
  private final Reactor reactor;
  private final MqueueLinkOptions options;
  private final LinkEvents events;
  private final Exchange exchange;
  private final List<String> made = new ArrayList<>();
  private MessageQueue inbound;
  private Reactor.Watch watch;
  private ByteBuffer buffer;
  private QueueOutlet outlet;

  QueueLink(ContextInternal context, Reactor reactor, MqueueLinkOptions options) {
    this.context = context;
    this.reactor = reactor;
    this.options = options;
    this.events =
        new LinkEvents(context.owner().eventBus(), options.getName(), options.getEvents());
    this.exchange = Exchange.ofWholeMessages(context, reactor, options, events);
  }

  @Override
  public Future<Void> start() {
    return context
        .executeBlocking(
            () -> {
              Queues queues = new Queues(null, null);
              if (options.getRead() != null) {
                queues = new Queues(open(options.getRead(), Posix.O_RDONLY), null);
              }
              try {
                return options.getWrite() == null
                    ? queues
                    : new Queues(queues.read, open(options.getWrite(), Posix.O_WRONLY));
              } catch (IOException e) {
                if (queues.read != null) {
                  queues.read.close();
                }
                throw e;
              }
            },
            false)
        .compose(
            queues -> {
              try {
                watch(queues);
                return exchange.open();
              } catch (IOException e) {
                return context.failedFuture(e);
              }
            })
        .recover(e -> stop().transform(stopped -> Future.failedFuture(e)));
  }

  private record Queues(MessageQueue read, MessageQueue write) {}

  private MessageQueue open(String name, int access) throws IOException {
    if (options.isCreate()) {
      try {
        MessageQueue queue =
            MessageQueue.create(
                name,
                access,
                Integer.parseInt(options.getMode(), 8),
                options.getMaxMessages(),
                options.getMessageBytes());
        made.add(name);
        return queue;
      } catch (PosixException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
    }
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

  private void watch(Queues queues) throws IOException {
    inbound = queues.read;
    if (queues.write != null) {
      outlet = new QueueOutlet(reactor, queues.write, this::onRoom, this::onBroken);
      exchange.outlet(outlet, queues.write.messageBytes());
    }
    if (inbound != null) {
      buffer = ByteBuffer.allocateDirect(inbound.messageBytes());
      watch = reactor.watch(inbound.fd(), (readable, writable, hangup) -> take());
      exchange.intake().source(stopped -> watch.interest(!stopped, false));
    }
  }

  private void onRoom() {
    exchange.onRoom();
  }

  private void onBroken(PosixException e) {
    exchange.outlet(null);
    events.warn("failed", new JsonObject().put("reason", e.getMessage()));
  }

  private void take() {
    try {
      long address = Posix.address(buffer);
      for (int i = 0; i < MAX_MESSAGES && inbound != null && !exchange.intake().isStopped(); i++) {
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

  @Override
  public void setPaused(boolean paused) {
    exchange.intake().set(Intake.Reason.PAUSED, paused);
  }

  @Override
  public Future<Void> stop() {
    exchange.stopTaking();
    return LinkDrain.await(context, exchange.outlet(), options.getCloseMillis(), events)
        .compose(
            v -> {
              exchange.close();
              close();
              return context.executeBlocking(
                  () -> {
                    for (String name : made) {
                      MessageQueue.unlink(name);
                    }
                    made.clear();
                    return null;
                  },
                  false);
            });
  }

  private void close() {
    if (watch != null) {
      watch.close();
    }
    if (outlet != null) {
      outlet.close();
    }
    if (inbound != null) {
      try {
        inbound.close();
      } catch (PosixException e) {
        log.warn("Closing a message queue reported an error", e);
      }
      inbound = null;
    }
  }
}
