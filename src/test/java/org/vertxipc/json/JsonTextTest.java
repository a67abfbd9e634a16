package org.vertxipc.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.FutureTask;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What leaves can be read, and what can't be read does not leave. */
class JsonTextTest {
  private static final int STRING = 20_000_000;

  private static JsonArray nested(int levels) {
    List<Object> list = List.of();
    for (int i = 1; i < levels; i++) {
      list = List.of(list);
    }
    return new JsonArray(list);
  }

  private static String refused(Object value) {
    return assertThrows(IllegalArgumentException.class, () -> JsonText.of(value)).getMessage();
  }

  private static void assertReadable(Object value) {
    Buffer text = JsonText.of(value);
    assertEquals(Json.encodeToBuffer(value), text);
    assertEquals(text, Json.encodeToBuffer(Json.decodeValue(text)));
    assertEquals(text, Json.encodeToBuffer(Json.decodeValue(text.toString())));
  }

  @Test
  void whatIsAtALimitIsReadAndWhatIsBeyondIsRefused() {
    assertReadable(new JsonObject().put("a", "x".repeat(STRING)));
    assertEquals(
        "its JSON form has a string of more than 20000000 characters, which no Vert.x reads",
        refused(new JsonObject().put("a", "x".repeat(STRING + 1))));
    assertReadable(new JsonArray().add("\u20ac\n".repeat(STRING / 2)));
    assertTrue(refused("\u20ac\n".repeat(STRING / 2) + "x").contains("characters"));
    assertReadable(new JsonArray().add("\ud834\udd1e".repeat(STRING / 2)));
    assertTrue(refused("\ud834\udd1e".repeat(STRING / 2) + "\u0001").contains("characters"));

    for (BigInteger n : List.of(BigInteger.TEN, BigInteger.TEN.negate())) {
      assertReadable(new JsonArray().add(n.pow(999)));
      assertEquals(
          "its JSON form has a number of more than 1000 digits, which no Vert.x reads",
          refused(new JsonArray().add(n.pow(1_000).multiply(n))));
    }
    BigDecimal thousand = new BigDecimal(BigInteger.TEN.pow(999).add(BigInteger.ONE), 500);
    JsonText.of(new JsonArray().add(thousand));
    Json.decodeValue(Json.encodeToBuffer(new JsonArray().add(thousand)));
    assertTrue(
        refused(new JsonArray().add(thousand.multiply(new BigDecimal("10.1")))).contains("digits"));

    assertReadable(new JsonObject().put("n".repeat(50_000), 1));
    assertEquals(
        "its JSON form has a name of more than 50000 bytes, which no Vert.x reads",
        refused(new JsonObject().put("n".repeat(50_001), 1)));
    assertTrue(refused(new Object()).startsWith("it has no JSON form: "));
  }

  /** On a stack that is deep enough, and on any. */
  @Test
  void levelsAreLimited() throws Exception {
    FutureTask<Void> deep =
        new FutureTask<>(
            () -> {
              assertReadable(nested(1_000));
              String text = refused(nested(1_001));
              assertTrue(text.contains("1000"), text);
              return null;
            });
    new Thread(null, deep, "deep", 256 << 20).start();
    deep.get();
    JsonArray endless = new JsonArray();
    for (int i = 0; i < 20_000; i++) {
      endless = new JsonArray().add(endless);
    }
    assertTrue(refused(endless).contains("1000"), refused(endless));
  }

  /** Around each limit, what is refused and what can't be read is the same. */
  @Property(tries = 200)
  void whatLeavesCanBeRead(
      @ForAll @IntRange(min = 990, max = 1_010) int size,
      @ForAll @IntRange(min = 0, max = 30) int escapes,
      @ForAll boolean number) {
    Object part = number ? BigInteger.TEN.pow(size).negate() : "\"\\n\u20ac".repeat(size);
    Object value =
        new JsonObject().put("\\\"".repeat(escapes), "\\".repeat(escapes)).put("part", part);
    boolean readable;
    try {
      Json.decodeValue(Json.encodeToBuffer(value));
      readable = true;
    } catch (DecodeException e) {
      readable = false;
    }
    boolean leaves;
    try {
      JsonText.of(value);
      leaves = true;
    } catch (IllegalArgumentException e) {
      leaves = false;
    }
    assertEquals(readable, leaves);
  }
}
