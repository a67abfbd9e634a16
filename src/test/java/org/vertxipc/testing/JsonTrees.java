package org.vertxipc.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Random JSON of everything that Vert.x admits, and of what it does not. */
public final class JsonTrees {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "sku",
          "customer",
          "A name with spaces, and more than sixty-four characters, so that it is kept nowhere.",
          "\u0000\b\t\n\u001f\"\\/\u007f",
          "\u0080\u00e9\u00ff",
          "\u0100\u20ac\ufffd\uffff",
          "\ud83d\ude00",
          "x".repeat(127),
          "y".repeat(128),
          "\u00e9".repeat(300),
          "\u20ac".repeat(300),
          "z".repeat(1_001));
  private static final List<String> HALVES = List.of("\ud83d", "a\ude00b", "\ude00\ud83d");
  private static final double[] DOUBLES = {
    0, -0.0, 0.1, 1, 100, 1e7, 1e21, -1.5e-9, Double.MIN_VALUE, Double.MAX_VALUE, 1 / 3.0
  };
  private static final long[] LONGS = {
    0,
    1,
    -1,
    63,
    64,
    -64,
    -65,
    8191,
    8192,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L + Integer.MAX_VALUE,
    -1L + Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final int MOST = 300;

  private final Random random;
  private final boolean common;
  // How many more values the next one may have.
  private int left;

  /**
   * Creates a source.
   *
   * @param common only what nearly all JSON consists of; otherwise everything
   */
  public JsonTrees(long seed, boolean common) {
    this.random = new Random(seed);
    this.common = common;
  }

  /** Returns a JsonObject or a JsonArray. */
  public Object next() {
    left = MOST;
    int depth = random.nextInt(5);
    return random.nextBoolean() ? new JsonObject(map(depth)) : new JsonArray(list(depth));
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> map = common ? new LinkedHashMap<>() : newMap();
    int size = size();
    for (int i = 0; i < size; i++) {
      map.put(name(), value(depth));
    }
    return map;
  }

  private Map<String, Object> newMap() {
    return switch (random.nextInt(8)) {
      case 0 -> new HashMap<>();
      case 1 -> new TreeMap<>();
      default -> new LinkedHashMap<>();
    };
  }

  private List<Object> list(int depth) {
    int size = size();
    List<Object> list =
        common || random.nextInt(8) > 0 ? new ArrayList<>() : new CopyOnWriteArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(value(depth));
    }
    return !common && random.nextInt(20) == 0 ? Collections.unmodifiableList(list) : list;
  }

  private int size() {
    int size = random.nextInt(20) == 0 ? random.nextInt(200) : random.nextInt(6);
    int taken = Math.min(size, left);
    left -= taken;
    return taken;
  }

  private String name() {
    return random.nextInt(4) == 0 ? text() : "name" + random.nextInt(30);
  }

  private String text() {
    if (!common && random.nextInt(60) == 0) {
      return HALVES.get(random.nextInt(HALVES.size()));
    }
    String one = TEXTS.get(random.nextInt(TEXTS.size()));
    return random.nextInt(3) == 0 ? one + TEXTS.get(random.nextInt(TEXTS.size())) : one;
  }

  private Object value(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return switch (random.nextInt(4)) {
        case 0 -> new JsonObject(map(depth - 1));
        case 1 -> new JsonArray(list(depth - 1));
        case 2 -> map(depth - 1);
        default -> list(depth - 1);
      };
    }
    return switch (random.nextInt(common ? 7 : 9)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> (int) LONGS[random.nextInt(LONGS.length)];
      case 3 -> LONGS[random.nextInt(LONGS.length)];
      case 4 -> random.nextBoolean() ? random.nextLong() : (Object) random.nextInt();
      case 5 -> random.nextBoolean() ? random.nextGaussian() : DOUBLES[random.nextInt(11)];
      case 6 -> text();
      default -> rare();
    };
  }

  private Object rare() {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    return switch (random.nextInt(40)) {
      case 0 -> new Object();
      case 1 -> CharBuffer.wrap("built");
      case 2 -> new AtomicInteger(5);
      case 3 -> 'c';
      case 4 -> new HashMap<>(Map.of(5, "a name that is none"));
      case 5 -> new HashMap<>(Collections.singletonMap(null, 1));
      case 6, 7 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
      case 8, 9, 10 -> bytes;
      case 11, 12, 13 -> Buffer.buffer(bytes);
      case 14, 15 -> TimeUnit.SECONDS;
      case 16, 17 -> new BigInteger(70, random);
      case 18, 19 -> BigInteger.valueOf(random.nextInt());
      case 20, 21 -> new BigDecimal(new BigInteger(40, random), random.nextInt(20) - 10);
      case 22, 23 -> Double.NaN;
      case 24 -> Double.NEGATIVE_INFINITY;
      case 25 -> Float.POSITIVE_INFINITY;
      case 26, 27, 28 -> random.nextFloat();
      case 29, 30, 31 -> (short) random.nextInt();
      case 32, 33, 34 -> (byte) random.nextInt();
      default -> random.nextFloat() * 1e30f;
    };
  }

  /** Compares values with their classes, and with the order of names. */
  public static boolean isSame(Object a, Object b) {
    if (a == null || b == null || a.getClass() != b.getClass()) {
      return a == b;
    }
    if (a instanceof JsonObject o) {
      return isSame(o.getMap(), ((JsonObject) b).getMap());
    }
    if (a instanceof JsonArray l) {
      return isSame(l.getList(), ((JsonArray) b).getList());
    }
    if (a instanceof Map<?, ?> m) {
      Map<?, ?> n = (Map<?, ?>) b;
      return isSame(new ArrayList<>(m.keySet()), new ArrayList<>(n.keySet()))
          && isSame(new ArrayList<>(m.values()), new ArrayList<>(n.values()));
    }
    if (a instanceof List<?> l) {
      Iterator<?> others = ((List<?>) b).iterator();
      for (Object one : l) {
        if (!others.hasNext() || !isSame(one, others.next())) {
          return false;
        }
      }
      return !others.hasNext();
    }
    return Objects.equals(a, b);
  }
}
