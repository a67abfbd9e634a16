package org.vertxipc.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.vertxipc.eventbus.Consumers;
import org.vertxipc.eventbus.LocalBus;
import org.vertxipc.eventbus.ReplyTarget;
import org.vertxipc.store.StoredMessage;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.Frame;
import org.vertxipc.wire.FrameKind;
import org.vertxipc.wire.MessageDecoder;

/**
 * Delivers messages that were stored for this node, each at least once: a message is done when a
 * consumer of this Vert.x has had it, and is delivered again otherwise, by this incarnation or the
 * next. A message without a consumer waits, and so do those to the same address behind it. One
 * thread only, the bridge's, except for what consumers call.
 */
final class StoredDelivery {
  /** Header: the node that wrote the message. */
  static final String SOURCE = "ipc-source";

  /** Header: its number, higher than those of all earlier messages of the same node. */
  static final String SEQUENCE = "ipc-sequence";

  /** Header: "true" when the message may have been delivered before. */
  static final String REDELIVERED = "ipc-redelivered";

  private static final Logger log = LoggerFactory.getLogger(StoredDelivery.class);
  private static final long FIRST_MILLIS = 20;
  private static final long LONGEST_MILLIS = 640;
  // How many messages one turn of the loop delivers.
  private static final int TURN = 256;
  // How many messages consumers of one address may hold unfinished: fewer than a paused consumer
  // keeps.
  private static final int UNDER_WAY = 512;
  private static final int MAX_COMPLAINTS = 1_000;

  private final Parts parts;
  private final LocalBus local;
  private final ContextInternal context;
  private final Exports exports;
  private final MessageDecoder decoder;
  private final Map<String, Queue> queues = new HashMap<>();
  private final Set<String> complained = new HashSet<>();
  private long arrivals;
  private long delay = FIRST_MILLIS;
  private long timer = -1;
  private boolean working;
  private boolean noticing;
  private boolean closed;

  StoredDelivery(Parts parts, ContextInternal context, Exports exports) {
    this.parts = parts;
    this.local = parts.hub().local();
    this.context = context;
    this.exports = exports;
    this.decoder = new MessageDecoder(parts.serializable());
  }

  /** The messages to one address, in the order in which they arrived. */
  private static final class Queue {
    final String address;
    final Consumers consumers;
    final TreeMap<Long, Item> waiting = new TreeMap<>();
    int underWay;

    Queue(String address, Consumers consumers) {
      this.address = address;
      this.consumers = consumers;
    }
  }

  /** A message to be delivered. */
  private static final class Item {
    final long arrival;
    final StoredMessage from;
    final boolean publish;
    final MultiMap headers;
    final EncodedBody body;
    boolean redelivered;

    Item(long arrival, StoredMessage from, boolean publish, MultiMap headers, EncodedBody body) {
      this.arrival = arrival;
      this.from = from;
      this.publish = publish;
      this.headers = headers;
      this.body = body;
      this.redelivered = from.redelivered();
    }
  }

  /** Takes a stored message. */
  void onStored(StoredMessage from, Frame frame) {
    MessageDecoder in = decoder.wrap(frame);
    String address = in.storedAddress();
    boolean publish = in.kind() == FrameKind.PUBLISH;
    EncodedBody body = in.encodedBody();
    if (publish && !isNew(in, address, body)) {
      parts.undelivered().duplicate(address, from.writer());
      from.done().run();
      return;
    }
    if (!noticing) {
      noticing = true;
      local.startNotices();
    }
    parts.counters().received.increment();
    if (from.redelivered()) {
      parts.counters().redelivered.increment();
    }
    Queue queue = queues.computeIfAbsent(address, a -> new Queue(a, local.consumers(a)));
    queue.waiting.put(arrivals, new Item(arrivals, from, publish, in.headers(), body));
    arrivals++;
    work();
  }

  private boolean isNew(MessageDecoder in, String address, EncodedBody body) {
    long origin = in.origin();
    if (origin == local.incarnation()
        || !parts.hub().received().of(origin).first(in.number(), true)) {
      return false;
    }
    if (parts.hub().isGateway() || parts.cluster() != null) {
      Parcel.Path path = new Parcel.Path(origin, Way.NONE, -1);
      parts
          .hub()
          .passOn(
              new Parcel(
                  FrameKind.PUBLISH, address, in.headers(), body, in.number(), null, path, null),
              parts.config().identity(),
              0);
    }
    return true;
  }

  /** Delivers what it can, a bounded number in one turn of the loop. */
  private void work() {
    if (working || closed) {
      return;
    }
    int delivered = 0;
    boolean stuck = false;
    for (Queue queue : List.copyOf(queues.values())) {
      while (delivered < TURN && isReady(queue) && deliver(queue)) {
        delivered++;
      }
      stuck |= !queue.waiting.isEmpty() && queue.underWay < UNDER_WAY;
      if (queue.waiting.isEmpty() && queue.underWay == 0) {
        queues.remove(queue.address);
      }
    }
    if (delivered == TURN) {
      working = true;
      context.runOnContext(
          v -> {
            working = false;
            work();
          });
    } else if (stuck) {
      delay = delivered > 0 ? FIRST_MILLIS : delay;
      later();
    }
  }

  private static boolean isReady(Queue queue) {
    return !queue.waiting.isEmpty() && queue.underWay < UNDER_WAY;
  }

  private void later() {
    if (timer < 0) {
      timer =
          context
              .owner()
              .setTimer(
                  delay,
                  id -> {
                    timer = -1;
                    delay = Math.min(2 * delay, LONGEST_MILLIS);
                    context.dispatch(this::work);
                  });
    }
  }

  /** Delivers the first waiting message; returns false when nobody takes it. */
  private boolean deliver(Queue queue) {
    if (exports.get(queue.address) == null) {
      complain(queue);
      return false;
    }
    boolean cluster = parts.cluster() != null;
    if (!cluster && !queue.consumers.isAny()) {
      return false;
    }
    Item item = queue.waiting.pollFirstEntry().getValue();
    try {
      if (cluster) {
        toCluster(queue, item);
      } else {
        toConsumers(queue, item);
      }
    } catch (RuntimeException e) {
      // Another try would fail as well.
      parts.undelivered().decoding(queue.address, item.from.writer(), e);
      item.from.done().run();
    }
    return true;
  }

  private void complain(Queue queue) {
    if (complained.size() < MAX_COMPLAINTS && complained.add(queue.address)) {
      log.warn(
          "Messages wait for address '"
              + queue.address
              + "', which this node does not export; the first is from node '"
              + queue.waiting.firstEntry().getValue().from.writer()
              + "' (logged once for each address)");
    }
  }

  private void toConsumers(Queue queue, Item item) {
    Object first = parts.forwarding().decode(item.body);
    Consumers.All all = item.publish ? queue.consumers.all() : null;
    Handed handed = new Handed(queue, item, all == null ? 1 : all.size());
    queue.underWay++;
    if (all == null) {
      if (!queue.consumers.give(local.noticed(queue.address, headers(item), first, true, handed))) {
        handed.end(false);
      }
      return;
    }
    if (all.size() == 0) {
      handed.open = 1;
      handed.end(false);
    }
    for (int i = 0; i < all.size(); i++) {
      boolean shared = i == 0 || item.body.isImmutable();
      Object own = shared ? first : parts.forwarding().decode(item.body);
      all.give(i, local.noticed(queue.address, headers(item), own, false, handed));
    }
  }

  private void toCluster(Queue queue, Item item) {
    Object body = parts.forwarding().decode(item.body);
    String codec = item.body.codecName();
    MultiMap headers = headers(item);
    if (item.publish) {
      parts
          .cluster()
          .publish(queue.address, headers, body, codec, local.incarnation(), local.nextNumber());
      // Its consumers may be on other hosts, which do not report when they are done.
      item.from.done().run();
      return;
    }
    Handed handed = new Handed(queue, item, 1);
    queue.underWay++;
    parts
        .cluster()
        .send(
            queue.address,
            headers,
            body,
            codec,
            Way.NONE,
            false,
            done -> handed.later(done.succeeded()));
  }

  private MultiMap headers(Item item) {
    boolean identified = parts.config().options().getMapped().isIdentified();
    if (item.headers == null && !identified && !item.redelivered) {
      return null;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (item.headers != null) {
      headers.addAll(item.headers);
    }
    if (identified) {
      headers.set(SOURCE, item.from.writer());
      headers.set(SEQUENCE, Long.toString(item.from.sequence()));
    }
    if (item.redelivered) {
      headers.set(REDELIVERED, "true");
    }
    return headers;
  }

  /** A message that one or several consumers hold. */
  private final class Handed implements ReplyTarget {
    private final Queue queue;
    private final Item item;
    private int open;
    private boolean had;

    Handed(Queue queue, Item item, int open) {
      this.queue = queue;
      this.item = item;
      this.open = open;
    }

    @Override
    public void reply(Message<?> answer) {
      // A stored message wants no reply.
    }

    @Override
    public void handled() {
      later(true);
    }

    @Override
    public boolean giveBack(BooleanSupplier gone, ReplyException failure) {
      later(false);
      return true;
    }

    void later(boolean had) {
      parts.handOver().add(() -> end(had));
    }

    void end(boolean had) {
      this.had |= had;
      open--;
      if (open > 0) {
        return;
      }
      queue.underWay--;
      if (this.had) {
        item.from.done().run();
      } else {
        item.redelivered = true;
        parts.counters().redelivered.increment();
        queue.waiting.put(item.arrival, item);
        queues.putIfAbsent(queue.address, queue);
      }
      if (!queue.waiting.isEmpty()) {
        resume(this.had);
      }
    }
  }

  /**
   * Continues at once after a success, otherwise after a while, or consumers would be asked all the
   * time.
   */
  private void resume(boolean success) {
    if (success) {
      delay = FIRST_MILLIS;
      work();
    } else if (!closed) {
      later();
    }
  }

  /** Stops delivering; the next incarnation delivers what is not done. */
  void close() {
    closed = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
    if (noticing) {
      local.stopNotices();
    }
    queues.clear();
  }
}
