package org.vertxipc.eventbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.impl.CodecManager;
import io.vertx.core.eventbus.impl.HandlerHolder;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;
import org.vertxipc.wire.EncodedBody;
import org.vertxipc.wire.SerializableBodies;

/** A body is its sender's as long as nobody is here, and a copy as soon as somebody may be. */
class LentTest {
  private final ConcurrentMap<String, Iterable<HandlerHolder<?>>> handlers =
      new ConcurrentHashMap<>(Map.of("x", List.of()));
  private final JsonObject body = new JsonObject().put("a", 1);

  private MessageImpl<JsonObject, JsonObject> message() {
    MessageCodec<JsonObject, JsonObject> lent =
        new Lent<>(CodecManager.JSON_OBJECT_MESSAGE_CODEC, "x", handlers, handlers.get("x"));
    return new MessageImpl<>("x", null, body, lent, true, null);
  }

  @Test
  void aBodyIsLentWhileTheHandlersAreTheSame() {
    MessageImpl<JsonObject, JsonObject> given = message().copyBeforeReceive();
    assertNull(given.body());
    assertSame(body, Lent.body(given, true));
    Object kept = Lent.body(given, false);
    body.put("a", 2);
    assertEquals(
        new JsonObject().put("a", 1),
        assertInstanceOf(EncodedBody.class, kept).decode(SerializableBodies.NONE));
    Lent.settle(given);
    assertEquals(body, given.body());
    assertNotSame(body, given.body());
    assertSame(CodecManager.JSON_OBJECT_MESSAGE_CODEC, given.codec());
  }

  @Test
  void aBodyIsCopiedWhenTheHandlersAreOthers() {
    MessageImpl<JsonObject, JsonObject> message = message();
    handlers.put("x", List.of());
    handlers.compute("x", (a, old) -> new ArrayList<>());
    MessageImpl<JsonObject, JsonObject> given = message.copyBeforeReceive();
    body.put("a", 2);
    assertEquals(new JsonObject().put("a", 1), given.body());
    Lent.settle(given);
    assertEquals(new JsonObject().put("a", 1), given.body());
  }

  /** Only what is written at once, and as its copy would be, goes as it is. */
  @Test
  void whatIsNotPlainIsCopied() {
    body.put("b", new TreeMap<>(Map.of("c", 1)));
    MessageImpl<JsonObject, JsonObject> given = message().copyBeforeReceive();
    Object written = Lent.body(given, true);
    assertNotSame(body, written);
    assertEquals(body, written);
  }
}
