package org.vertxipc.testing.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.OnOneJdk;
import org.vertxipc.testing.mesh.MeshBody.Flaw;
import org.vertxipc.testing.mesh.MeshBody.Part;
import org.vertxipc.testing.mesh.MessageId.Act;
import org.vertxipc.testing.mesh.MessageId.Kind;
import org.vertxipc.testing.mesh.MessageId.Lane;

/**
 * Checks that the receiver of a message of the mesh notices whether it is the one that was sent.
 */
@OnOneJdk
class MeshBodyTest {
  private static final int MESSAGES = 3_000;
  private static final MultiMap NONE = MultiMap.caseInsensitiveMultiMap();

  private static long id(int number) {
    return new MessageId(3, 2, number % 4, Lane.EVENT_BUS, 17, Kind.REQUEST, Act.ASK, number)
        .toLong();
  }

  private static Message<?> message(Object body, MultiMap headers) {
    return (Message<?>)
        Proxy.newProxyInstance(
            MeshBodyTest.class.getClassLoader(),
            new Class<?>[] {Message.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "body" -> body;
                  case "headers" -> headers == null ? NONE : headers;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static Message<?> message(MeshBody body) {
    return message(body.body(), body.headers());
  }

  @Test
  void eachIsWholeAndNoOther() {
    Set<String> types = new TreeSet<>();
    int longest = 0;
    for (int i = 0; i < MESSAGES; i++) {
      for (Part part : Part.values()) {
        MeshBody body = new MeshBody(id(i), part);
        assertEquals(Flaw.NONE, body.flaw(message(body)));
        assertEquals(id(i), MeshBody.idOf(message(body)), String.valueOf(body.body()));
        types.add(body.body() == null ? "" : body.body().getClass().getSimpleName());
        longest = Math.max(longest, body.length());
        MeshBody other = new MeshBody(id(i + 1), part);
        if (MeshBody.idOf(message(other)) != 0) {
          assertNotEquals(Flaw.NONE, body.flaw(message(other)), "of another message");
        }
      }
    }
    assertTrue(types.size() >= 18, types::toString);
    assertTrue(longest > 131_068, "longer than a record of a FIFO: " + longest);
  }

  @Test
  void aByteThatIsWrongIsFound() {
    for (int i = 0; i < MESSAGES; i++) {
      MeshBody body = new MeshBody(id(i), Part.MESSAGE);
      Object changed = changed(body.body(), i);
      if (changed != null) {
        assertEquals(Flaw.BODY, body.flaw(message(changed, body.headers())), "of message " + i);
      }
      if (body.headers() != null) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(body.headers());
        headers.remove(headers.contains("mesh-pad") ? "mesh-pad" : "ipc-priority");
        assertEquals(Flaw.HEADERS, body.flaw(message(body.body(), headers)));
      }
    }
  }

  /**
   * Returns a body with one byte or letter changed, or cut off; null where nothing can be changed.
   */
  private static Object changed(Object body, int at) {
    if (body instanceof Buffer buffer) {
      int i = at % buffer.length();
      return at % 2 == 0
          ? buffer.setByte(i, (byte) (buffer.getByte(i) ^ 1))
          : buffer.slice(0, buffer.length() - 1);
    } else if (body instanceof byte[] bytes) {
      bytes[at % bytes.length] ^= 1;
      return bytes;
    } else if (body instanceof String text) {
      return text.substring(0, text.length() - 1) + "?";
    } else if (body instanceof JsonObject object) {
      return object.put("text", object.getString("text") + " ");
    } else if (body instanceof JsonArray array) {
      return array.addNull();
    } else if (body instanceof Boolean b) {
      return !b;
    } else {
      return body instanceof Integer n ? n + 1 : null;
    }
  }

  @Test
  void whatItsSenderHasSpoiledIsAnother() {
    for (int i = 0; i < MESSAGES; i++) {
      MeshBody body = new MeshBody(id(i), Part.MESSAGE);
      Object sent = body.body();
      MeshBody.spoil(sent);
      boolean mutable =
          sent instanceof Buffer
              || sent instanceof byte[]
              || sent instanceof JsonObject
              || sent instanceof JsonArray
              || sent instanceof MeshNote;
      Flaw expected = mutable ? Flaw.BODY : Flaw.NONE;
      assertEquals(expected, body.flaw(message(sent, body.headers())), "message " + i);
    }
  }

  @Test
  void anIdSaysAllOfAMessage() {
    MessageId is =
        new MessageId(5, 255, 3, Lane.OUTLET, 200, Kind.PUBLISH, Act.LATE, MessageId.MAX_NUMBER);
    assertEquals(is, MessageId.of(is.toLong()));
    assertTrue(MessageId.isOne(is.toLong()));
    assertEquals(false, MessageId.isOne(0) || MessageId.isOne(-1) || MessageId.isOne(1L << 55));
  }
}
