package org.vertxipc.eventbus;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.eventbus.impl.HandlerRegistration;
import io.vertx.core.eventbus.impl.MessageImpl;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The consumers that an address has in this Vert.x, as they are at the moment of each call. May be
 * used on any thread.
 */
public final class Consumers {
  private static final HandlerRegistration<?>[] NONE = {};

  private final String address;
  private final ConcurrentMap<String, Iterable<HandlerHolder<?>>> handlers;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile View view = new View(null);

  Consumers(String address, ConcurrentMap<String, Iterable<HandlerHolder<?>>> handlers) {
    this.address = address;
    this.handlers = handlers;
  }

  /** What the event bus has for an address; valid as long as the event bus has the same object. */
  private static final class View {
    private final Iterable<HandlerHolder<?>> of;
    private final HandlerRegistration<?>[] open;
    private final HandlerRegistration<?>[] all;
    // The codecs of messages that are not copied, while there is no consumer here.
    private final List<Lent<?, ?>> lent = new CopyOnWriteArrayList<>();

    @SuppressWarnings("rawtypes") // Raw types, as Vert.x declares it.
    View(Iterable<HandlerHolder<?>> of) {
      this.of = of;
      List<HandlerRegistration<?>> forPeers = new ArrayList<>();
      List<HandlerRegistration<?>> here = new ArrayList<>();
      if (of != null) {
        for (HandlerHolder<?> holder : of) {
          if (!Inside.isRemote(holder.handler)) {
            here.add(holder.handler);
            if (!holder.isLocalOnly()) {
              forPeers.add(holder.handler);
            }
          }
        }
      }
      this.open = forPeers.toArray(NONE);
      this.all = here.toArray(NONE);
    }
  }

  private View view() {
    Iterable<HandlerHolder<?>> now = handlers.get(address);
    View known = view;
    if (known.of != now) {
      known = new View(now);
      view = known;
    }
    return known;
  }

  String address() {
    return address;
  }

  /** Returns the codec with which a message need not be copied; null when it has to be. */
  MessageCodec<?, ?> lent(MessageCodec<?, ?> of) {
    View known = view();
    if (known.of == null || known.all.length > 0 || !Lent.isFor(of)) {
      return null;
    }
    List<Lent<?, ?>> lent = known.lent;
    for (int i = 0; i < lent.size(); i++) {
      if (lent.get(i).isOf(of)) {
        return lent.get(i);
      }
    }
    Lent<?, ?> made = new Lent<>(of, address, handlers, known.of);
    lent.add(made);
    return made;
  }

  /**
   * Returns whether there is a consumer that takes messages from elsewhere.
   *
   * @return false also where there are local consumers only
   */
  public boolean isAny() {
    return view().open.length > 0;
  }

  /**
   * Returns how many consumers take messages from elsewhere.
   *
   * @return without local consumers
   */
  public int count() {
    return view().open.length;
  }

  /**
   * Returns whether there is a consumer that takes messages sent in this Vert.x.
   *
   * @return true also where there are local consumers only
   */
  public boolean isAnyOwn() {
    return view().all.length > 0;
  }

  /**
   * Gives a message of a peer to one consumer, in rotation.
   *
   * @param message made for this one call
   * @return false when there is none
   */
  public boolean give(IncomingMessage message) {
    HandlerRegistration<?> next = next(view().open);
    if (next == null) {
      return false;
    }
    message.given(next);
    Inside.receive(next, message);
    return true;
  }

  /**
   * Gives a message that was sent in this Vert.x to one consumer, in rotation; local consumers take
   * part.
   *
   * @param message as {@code LocalBus.open} handed it over, or of {@code LocalBus.own}
   * @return false when there is none
   */
  public boolean giveOwn(Message<?> message) {
    HandlerRegistration<?> next = next(view().all);
    if (next == null) {
      return false;
    }
    Lent.settle(message);
    Inside.receive(next, (MessageImpl<?, ?>) message);
    return true;
  }

  private HandlerRegistration<?> next(HandlerRegistration<?>[] of) {
    return switch (of.length) {
      case 0 -> null;
      case 1 -> of[0];
      default -> of[Math.floorMod(turn.getAndIncrement(), of.length)];
    };
  }

  /**
   * Returns all consumers that take messages from elsewhere.
   *
   * @return as they are now
   */
  public All all() {
    return new All(view().open);
  }

  /** The consumers of an address at a moment. */
  public static final class All {
    private final HandlerRegistration<?>[] handlers;

    private All(HandlerRegistration<?>[] handlers) {
      this.handlers = handlers;
    }

    /**
     * Returns how many there are.
     *
     * @return 0 or more
     */
    public int size() {
      return handlers.length;
    }

    /**
     * Gives one of them its message.
     *
     * @param index 0 to {@link #size} - 1
     * @param message made for this one call
     */
    public void give(int index, IncomingMessage message) {
      Inside.receive(handlers[index], message);
    }
  }
}
