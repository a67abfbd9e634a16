package org.vertxipc.options;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Recognises configurations that are valid beyond doubt, without the schema: to read and compile
 * that takes longer than all else that {@code create} does. What is not recognised may be valid
 * nevertheless, for example one with links or with a path that is not ASCII; the schema decides
 * then, and says what is wrong. {@code PlainConfigTest} compares both.
 */
final class PlainConfig {
  private static final int MAX_IDENTIFIER = 64;
  private static final int MAX_GROUP = 32;
  private static final int MAX_DIGITS = 10;
  private static final int MAX_HEX = 8;
  private static final long GIGABYTE = 1L << 30;
  private static final long DAY_MILLIS = 86_400_000;
  private static final long MAX_WAIT_MILLIS = 600_000;
  private static final long MAX_INTERVAL_MILLIS = 3_600_000;

  private PlainConfig() {}

  /** What a key of an object may be. */
  private enum Part {
    BRIDGE,
    BUS,
    IDLE,
    SYSV,
    MQUEUE,
    PRIORITIES,
    MAPPED,
    TRANSPORT,
    CLUSTER;

    boolean accepts(Object value) {
      if (!(value instanceof JsonObject object)) {
        return false;
      }
      for (Map.Entry<String, Object> member : object) {
        if (!accepts(member.getKey(), member.getValue())) {
          return false;
        }
      }
      return true;
    }

    private boolean accepts(String key, Object value) {
      return switch (this) {
        case BRIDGE -> ofBridge(key, value);
        case BUS -> ofBus(key, value);
        case IDLE -> ofIdle(key, value);
        case SYSV -> ofSysv(key, value);
        case MQUEUE -> ofMqueue(key, value);
        case PRIORITIES -> isNumber(value, 0, 32_767);
        case MAPPED -> ofMapped(key, value);
        case TRANSPORT -> ofTransport(key, value);
        case CLUSTER -> ofCluster(key, value);
      };
    }
  }

  /** Returns whether a configuration of a bridge is valid beyond doubt. */
  static boolean isBridge(JsonObject config) {
    return config.containsKey("bus") && Part.BRIDGE.accepts(config);
  }

  /** Returns whether that of a transport is. */
  static boolean isTransport(JsonObject config) {
    return Part.TRANSPORT.accepts(config);
  }

  /** Returns whether that of a cluster is. */
  static boolean isCluster(JsonObject config) {
    return Part.CLUSTER.accepts(config);
  }

  private static boolean ofBridge(String key, Object value) {
    return switch (key) {
      case "bus" -> Part.BUS.accepts(value) && ((JsonObject) value).containsKey("name");
      case "links" -> value instanceof JsonArray links && links.isEmpty();
      default -> false;
    };
  }

  private static boolean ofBus(String key, Object value) {
    return switch (key) {
      case "name", "node" -> isIdentifier(value);
      case "transport" -> isOneOf(value, "shm", "sysv", "anonymous", "fifo", "mqueue", "mapped");
      case "directory", "mode", "group", "serializable" -> ofPlace(key, value);
      case "exports" -> areExports(value);
      case "imports" -> areImports(value);
      case "heedLocalOnly" -> value instanceof Boolean;
      case "idle" -> Part.IDLE.accepts(value);
      case "sysv" -> Part.SYSV.accepts(value);
      case "mqueue" -> Part.MQUEUE.accepts(value);
      case "mapped" -> Part.MAPPED.accepts(value);
      case "ringBytes" -> isPowerOfTwo(value, 4_096);
      case "pipeBytes" -> isNumber(value, 4_096, GIGABYTE);
      case "maxMessageBytes" -> isNumber(value, 1_024, GIGABYTE);
      case "sendQueueBytes" -> isNumber(value, 0, 4 * GIGABYTE);
      case "replyTimeoutMillis" -> isNumber(value, 1, DAY_MILLIS);
      case "startTimeoutMillis", "closeTimeoutMillis" -> isNumber(value, 1, MAX_WAIT_MILLIS);
      default -> false;
    };
  }

  private static boolean ofPlace(String key, Object value) {
    return switch (key) {
      case "directory" -> isDirectory(value);
      case "mode" -> isOneOf(value, "0600", "0660");
      case "group" -> isGroup(value);
      case "serializable" -> value instanceof JsonArray classes && classes.isEmpty();
      default -> false;
    };
  }

  private static boolean ofIdle(String key, Object value) {
    return switch (key) {
      case "strategy" -> isOneOf(value, "park", "spin", "poll");
      case "spinMicros" -> isNumber(value, 0, 1_000_000);
      case "intervalMicros" -> isNumber(value, 10, 1_000_000);
      default -> false;
    };
  }

  private static boolean ofSysv(String key, Object value) {
    return switch (key) {
      case "key" -> isNumber(value, 0, 4_294_967_295L) || isKey(value);
      case "mode" -> isOneOf(value, "0600", "0604", "0640", "0644");
      case "keepKey" -> value instanceof Boolean;
      default -> false;
    };
  }

  private static boolean ofMqueue(String key, Object value) {
    return switch (key) {
      case "maxMessages" -> isNumber(value, 0, 65_536);
      case "messageBytes" -> isNumber(value, 0, 16_777_216);
      case "priorities" -> Part.PRIORITIES.accepts(value);
      default -> false;
    };
  }

  private static boolean ofMapped(String key, Object value) {
    return switch (key) {
      case "directory" -> isDirectory(value);
      case "fileBytes" -> isPowerOfTwo(value, 65_536);
      case "fsync" -> isOneOf(value, "none", "interval", "message");
      case "fsyncMillis" -> isNumber(value, 1, MAX_INTERVAL_MILLIS);
      case "identified" -> value instanceof Boolean;
      default -> false;
    };
  }

  private static boolean ofTransport(String key, Object value) {
    return switch (key) {
      case "name" -> isIdentifier(value);
      case "directory", "mode", "group" -> ofPlace(key, value);
      case "ringBytes" -> isPowerOfTwo(value, 4_096);
      case "maxMessageBytes" -> isNumber(value, 1_024, Integer.MAX_VALUE);
      case "require", "network" -> value instanceof Boolean;
      case "idle" -> Part.IDLE.accepts(value);
      default -> false;
    };
  }

  private static boolean ofCluster(String key, Object value) {
    return switch (key) {
      case "name" -> isIdentifier(value);
      case "directory", "mode", "group", "serializable" -> ofPlace(key, value);
      case "logBytes" -> isNumber(value, 65_536, 268_435_456);
      case "ringBytes" -> isPowerOfTwo(value, 4_096);
      case "maxMessageBytes" -> isNumber(value, 1_024, Integer.MAX_VALUE);
      case "idle" -> Part.IDLE.accepts(value);
      default -> false;
    };
  }

  private static boolean isNumber(Object value, long from, long to) {
    if (!(value instanceof Integer || value instanceof Long)) {
      return false;
    }
    long number = ((Number) value).longValue();
    return number >= from && number <= to;
  }

  private static boolean isPowerOfTwo(Object value, long from) {
    return isNumber(value, from, GIGABYTE) && Long.bitCount(((Number) value).longValue()) == 1;
  }

  private static boolean isOneOf(Object value, String... accepted) {
    for (String each : accepted) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIdentifier(Object value) {
    return value instanceof String text && isName(text, MAX_IDENTIFIER) && mayBegin(text);
  }

  private static boolean mayBegin(String text) {
    return text.charAt(0) != '.' && text.charAt(0) != '-';
  }

  private static boolean isGroup(Object value) {
    if (!(value instanceof String text)) {
      return false;
    }
    return isDigits(text, 10, MAX_DIGITS)
        || (isName(text, MAX_GROUP) && mayBegin(text) && !isDigit(text.charAt(0), 10));
  }

  /** Letters, digits, {@code _}, {@code .} and {@code -}. */
  private static boolean isName(String text, int longest) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetter(c) && !isDigit(c, 10) && c != '_' && c != '.' && c != '-') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= longest;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isKey(Object value) {
    if (!(value instanceof String text)) {
      return false;
    }
    return isDigits(text, 10, MAX_DIGITS)
        || (text.startsWith("0x") && isDigits(text.substring(2), 16, MAX_HEX));
  }

  private static boolean isDigits(String text, int radix, int most) {
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i), radix)) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= most;
  }

  private static boolean isDigit(char c, int radix) {
    return c < 128 && Character.digit(c, radix) >= 0;
  }

  private static boolean areExports(Object value) {
    return value instanceof JsonArray exports && areAddresses(exports, false);
  }

  private static boolean areImports(Object value) {
    return value instanceof JsonArray imports && areAddresses(imports, true);
  }

  private static boolean areAddresses(JsonArray addresses, boolean patterns) {
    for (Object each : addresses) {
      if (!(each instanceof String text && isAddress(text, patterns))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAddress(String text, boolean pattern) {
    if (pattern && text.equals("*")) {
      return true;
    }
    String exact = pattern && text.endsWith(".*") ? text.substring(0, text.length() - 2) : text;
    return !exact.isEmpty() && exact.indexOf('*') < 0 && !exact.startsWith("__vertx");
  }

  /** Absolute, and the same bytes in each encoding that a JVM may have for names and for texts. */
  private static boolean isDirectory(Object value) {
    return value instanceof String text
        && text.startsWith("/")
        && isAscii(text)
        && hasAscii(Charset.defaultCharset().name())
        && hasAscii(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0 || text.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasAscii(String encoding) {
    return isOneOf(encoding, "UTF-8", "US-ASCII", "ANSI_X3.4-1968", "ISO-8859-1");
  }
}
