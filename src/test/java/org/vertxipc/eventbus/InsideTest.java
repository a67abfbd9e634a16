package org.vertxipc.eventbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.HandlerRegistration;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/**
 * Checks each member of Vert.x's internals that is used: a version that differs fails here, by
 * name.
 */
class InsideTest {
  private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
  private final EventBusImpl bus = (EventBusImpl) vertx.eventBus();

  @AfterEach
  void close() throws Exception {
    Await.get(vertx.close());
  }

  @Test
  void allMembersAreThere() {
    Inside.require(vertx);
    assertTrue(Inside.Senders.isKnown());
  }

  @Test
  void aHandlerOfOursTakesMessagesInTheSendersThread() throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    Promise<Void> done = Promise.promise();
    HandlerRegistration<?> ours =
        Inside.open(
            vertx.contextBuilder().build(),
            bus,
            "a",
            false,
            m -> thread.complete(Thread.currentThread()),
            done);
    Await.get(done.future());
    assertTrue(Inside.isRemote(ours));
    bus.send("a", "x");
    assertEquals(Thread.currentThread(), thread.get(10, TimeUnit.SECONDS));
    assertEquals(ours, Inside.handlers(bus).get("a").iterator().next().handler);
    Await.get(ours.unregister());
    assertNull(Inside.handlers(bus).get("a"));
  }

  @Test
  void aConsumerTakesWhatItIsGiven() throws Exception {
    CompletableFuture<Message<Object>> got = new CompletableFuture<>();
    bus.consumer("a", got::complete);
    HandlerRegistration<?> theirs = Inside.handlers(bus).get("a").iterator().next().handler;
    assertFalse(Inside.isRemote(theirs));
    Inside.receive(theirs, new IncomingMessage(bus, "a", null, "given", true, null, null));
    assertEquals("given", got.get(10, TimeUnit.SECONDS).body());
  }

  @Test
  void aReplyHandlerCanBeFailed() throws Exception {
    bus.consumer("a", m -> {});
    var asked = bus.request("a", "x");
    HandlerRegistration<?> handler =
        Inside.handlers(bus).entrySet().stream()
            .filter(e -> e.getKey().startsWith("__vertx.reply"))
            .findAny()
            .orElseThrow()
            .getValue()
            .iterator()
            .next()
            .handler;
    assertTrue(handler.isRegistered());
    assertSame(bus, Inside.context(handler).owner().eventBus());
    assertTrue(Inside.fail(handler, new ReplyException(ReplyFailure.ERROR, 7, "no")));
    assertEquals(7, ((ReplyException) Await.failure(asked)).failureCode());
    assertFalse(handler.isRegistered());
    HandlerRegistration<?> consumer = Inside.handlers(bus).get("a").iterator().next().handler;
    assertFalse(Inside.fail(consumer, new ReplyException(ReplyFailure.ERROR, 7, "no")));
  }

  @Test
  void aMessageShowsWhatWasSent() {
    MessageImpl<?, ?> plain = bus.createMessage(true, true, "a", null, "body", null);
    assertNull(Inside.headers(plain));
    assertEquals("body", Inside.sentBody(plain));
    Inside.setCodec(plain, Inside.codecs(bus).systemCodecs()[3]);
    assertEquals(Inside.codecs(bus).systemCodecs()[3], plain.codec());
  }

  /** Checks the options of a message, which are not in the message itself. */
  @Test
  void setLocalOnlyIsKnownOfAMessageThatLeaves() throws Exception {
    CompletableFuture<Boolean> marked = new CompletableFuture<>();
    bus.addOutboundInterceptor(
        leaving -> {
          marked.complete(Inside.Senders.isLocalOnly(leaving));
          leaving.next();
        });
    bus.consumer("a", m -> {});
    bus.send("a", "x", new DeliveryOptions().setLocalOnly(true));
    assertTrue(marked.get(10, TimeUnit.SECONDS));
  }

  /** Checks the text with which {@code HandlerRegistration.discardMessage} replies. */
  @Test
  void aDiscardedRequestIsToldApart() throws Exception {
    CompletableFuture<Boolean> back = new CompletableFuture<>();
    var consumer = bus.consumer("a", m -> {});
    HandlerRegistration<?> handler = Inside.handlers(bus).get("a").iterator().next().handler;
    Await.get(consumer.unregister());
    Inside.receive(handler, discardable(back));
    assertTrue(back.get(10, TimeUnit.SECONDS));
  }

  private IncomingMessage discardable(CompletableFuture<Boolean> back) {
    return new IncomingMessage(
        bus,
        "a",
        null,
        "x",
        true,
        "__reply",
        new ReplyTarget() {
          @Override
          public void reply(Message<?> answer) {
            back.complete(false);
          }

          @Override
          public boolean giveBack(BooleanSupplier gone, ReplyException failure) {
            back.complete(true);
            return true;
          }
        });
  }
}
