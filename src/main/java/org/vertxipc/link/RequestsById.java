package org.vertxipc.link;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.bridge.Failures;
import org.vertxipc.options.AnsweringLinkOptions;

/** A field of the JSON object is the same in request and answer. */
final class RequestsById implements Requests {
  private final AnsweringLinkOptions<?> options;
  // By the id as it stands in JSON.
  private final Map<String, Asked> byId = new LinkedHashMap<>();
  private long nextId;

  RequestsById(AnsweringLinkOptions<?> options) {
    this.options = options;
  }

  @Override
  public Object body(Object body) {
    if (!(body instanceof JsonObject json)) {
      throw new IllegalArgumentException(
          "a request needs a JSON object, for its field '" + options.getIdField() + "'");
    }
    if (json.getValue(options.getIdField()) != null) {
      return json;
    }
    Map<String, Object> withId = new LinkedHashMap<>(json.getMap());
    withId.put(options.getIdField(), "vx-" + nextId++);
    return new JsonObject(withId);
  }

  /**
   * Returns an id as it stands in JSON: the type that it has in Java is not seen there. A fraction
   * is written as it would be after it has been read.
   */
  private static String key(Object id) {
    String text = Json.encode(id);
    boolean fraction = id instanceof Number && !text.chars().allMatch(c -> c == '-' || isDigit(c));
    return fraction ? Json.encode(Json.decodeValue(text)) : text;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public ReplyException add(Asked asked, Object sent) {
    long now = System.nanoTime();
    String key = key(((JsonObject) sent).getValue(options.getIdField()));
    Asked before = byId.get(key);
    if (before != null && before.isWaiting(now)) {
      return new ReplyException(
          ReplyFailure.ERROR,
          Failures.CODEC,
          "Another request to link '" + options.getName() + "' waits with the id " + key);
    }
    byId.remove(key);
    if (byId.size() >= MAX_WAITING) {
      return Requests.tooMany(options.getName());
    }
    byId.put(key, asked);
    return null;
  }

  @Override
  public Outlet through(Outlet outlet) {
    return outlet;
  }

  @Override
  public Asked answered(Object body) {
    Object id = body instanceof JsonObject json ? json.getValue(options.getIdField()) : null;
    Asked asked = id == null ? null : byId.remove(key(id));
    return asked != null && asked.isWaiting(System.nanoTime()) ? asked : null;
  }

  @Override
  public Asked unreadable() {
    return null;
  }

  @Override
  public Asked dropped(Buffer bytes) {
    for (Iterator<Asked> all = byId.values().iterator(); all.hasNext(); ) {
      Asked asked = all.next();
      if (asked.is(bytes)) {
        all.remove();
        return asked;
      }
    }
    return null;
  }

  @Override
  public void look(long now) {
    byId.values()
        .removeIf(
            asked -> {
              boolean over = !asked.isWaiting(now);
              if (over) {
                asked.expire(late());
              }
              return over;
            });
  }

  private String late() {
    return "Link '"
        + options.getName()
        + "' has had no answer for "
        + options.getReplyTimeoutMillis()
        + " ms (replyTimeoutMillis)";
  }

  @Override
  public boolean isHolding() {
    return false;
  }

  @Override
  public List<Asked> unwritten() {
    // What has been written is not known here; the program may still answer it.
    return List.of();
  }

  @Override
  public List<Asked> clear() {
    List<Asked> all = new ArrayList<>(byId.values());
    byId.clear();
    return all;
  }

  @Override
  public boolean isEmpty() {
    return byId.isEmpty();
  }
}
