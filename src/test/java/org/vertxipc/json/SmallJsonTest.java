package org.vertxipc.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SmallJsonTest {
  @Test
  void anObjectIsWrittenAsVertxWouldWriteIt() {
    for (int seed = 0; seed < 5_000; seed++) {
      JsonObject object = object(new Random(seed), 3);
      assertEquals(object.encode(), SmallJson.of(object), "seed " + seed);
    }
  }

  @Test
  void whatIsNotSmallJsonIsRefused() {
    for (Object each : List.of(1.5, 1.5f, java.math.BigInteger.TEN)) {
      JsonObject object = new JsonObject().put("x", each);
      assertThrows(IllegalArgumentException.class, () -> SmallJson.of(object));
    }
  }

  private static JsonObject object(Random random, int depth) {
    JsonObject object = new JsonObject();
    for (int i = random.nextInt(5); i > 0; i--) {
      object.put(text(random), value(random, depth));
    }
    return object;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextLong();
      case 2 -> random.nextBoolean();
      case 3 -> null;
      case 4 -> text(random);
      case 5 -> object(random, depth - 1);
      default -> {
        JsonArray array = new JsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(random, depth - 1));
        }
        yield array;
      }
    };
  }

  /** All characters that are written in another way, others of ASCII, of two bytes, and pairs. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int bound = new int[] {0x20, 0x80, 0x800, 0xd800}[random.nextInt(4)];
      text.append((char) random.nextInt(bound));
      if (random.nextInt(20) == 0) {
        text.appendCodePoint(0x10000 + random.nextInt(0x10000));
      }
    }
    return text.toString();
  }
}
