package org.vertxipc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The options of a bus from JSON and to it. */
final class BusOptionsConverter {
  private BusOptionsConverter() {}

  /** What is absent keeps its default. The schema has checked names and types. */
  static BusOptions fromJson(JsonObject json) {
    BusOptions o = new BusOptions();
    o.setName(json.getString("name", o.getName()));
    o.setNode(json.getString("node", o.getNode()));
    o.setTransport(json.getString("transport", o.getTransport()));
    o.setDirectory(json.getString("directory", o.getDirectory()));
    o.setMode(json.getString("mode", o.getMode()));
    o.setGroup(json.getString("group", o.getGroup()));
    o.setSerializable(strings(json.getJsonArray("serializable", new JsonArray())));
    o.setExports(strings(json.getJsonArray("exports", new JsonArray())));
    o.setImports(strings(json.getJsonArray("imports", new JsonArray())));
    o.setHeedLocalOnly(json.getBoolean("heedLocalOnly", o.isHeedLocalOnly()));
    o.setIdle(new IdleOptions(object(json, "idle")));
    o.setSysv(new SysvOptions(object(json, "sysv")));
    o.setMqueue(new MqueueOptions(object(json, "mqueue")));
    o.setMapped(new MappedOptions(object(json, "mapped")));
    o.setRingBytes(json.getInteger("ringBytes", o.getRingBytes()));
    o.setPipeBytes(json.getInteger("pipeBytes", o.getPipeBytes()));
    o.setMaxMessageBytes(json.getInteger("maxMessageBytes", o.getMaxMessageBytes()));
    o.setSendQueueBytes(json.getLong("sendQueueBytes", o.getSendQueueBytes()));
    o.setReplyTimeoutMillis(json.getLong("replyTimeoutMillis", o.getReplyTimeoutMillis()));
    o.setStartTimeoutMillis(json.getLong("startTimeoutMillis", o.getStartTimeoutMillis()));
    o.setCloseTimeoutMillis(json.getLong("closeTimeoutMillis", o.getCloseTimeoutMillis()));
    return o;
  }

  private static JsonObject object(JsonObject json, String key) {
    return json.getJsonObject(key, new JsonObject());
  }

  static List<String> strings(JsonArray array) {
    List<String> strings = new ArrayList<>();
    array.forEach(s -> strings.add((String) s));
    return strings;
  }

  static JsonObject toJson(BusOptions o) {
    JsonObject json = new JsonObject();
    putIfSet(json, "name", o.getName());
    putIfSet(json, "node", o.getNode());
    json.put("transport", o.getTransport());
    putIfSet(json, "directory", o.getDirectory());
    json.put("mode", o.getMode());
    putIfSet(json, "group", o.getGroup());
    json.put("serializable", new JsonArray(new ArrayList<>(o.getSerializable())));
    json.put("exports", new JsonArray(new ArrayList<>(o.getExports())));
    json.put("imports", new JsonArray(new ArrayList<>(o.getImports())));
    json.put("heedLocalOnly", o.isHeedLocalOnly());
    json.put("idle", o.getIdle().toJson());
    json.put("sysv", o.getSysv().toJson());
    json.put("mqueue", o.getMqueue().toJson());
    json.put("mapped", o.getMapped().toJson());
    json.put("ringBytes", o.getRingBytes());
    json.put("pipeBytes", o.getPipeBytes());
    json.put("maxMessageBytes", o.getMaxMessageBytes());
    json.put("sendQueueBytes", o.getSendQueueBytes());
    json.put("replyTimeoutMillis", o.getReplyTimeoutMillis());
    json.put("startTimeoutMillis", o.getStartTimeoutMillis());
    json.put("closeTimeoutMillis", o.getCloseTimeoutMillis());
    return json;
  }

  private static void putIfSet(JsonObject json, String key, String value) {
    if (value != null) {
      json.put(key, value);
    }
  }
}
