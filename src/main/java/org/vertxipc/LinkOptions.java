package org.vertxipc;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What the options of all links have in common: an endpoint of the event bus that a program shares
 * which need not be Vert.x. Values are checked when the bridge is created.
 *
 * @param <S> the class itself
 */
public abstract class LinkOptions<S extends LinkOptions<S>> {
  private String name;
  private String codec = "lines";
  private String send;
  private String receive;
  private String deliver = "send";
  private String reply = "none";
  private String idField = "id";
  private String events;
  private int maxMessageBytes;
  private long sendQueueBytes = 16 << 20;
  private String overflow = "block";

  LinkOptions(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  LinkOptions(LinkOptions<?> other) {
    this.name = other.name;
    this.codec = other.codec;
    this.send = other.send;
    this.receive = other.receive;
    this.deliver = other.deliver;
    this.reply = other.reply;
    this.idField = other.idField;
    this.events = other.events;
    this.maxMessageBytes = other.maxMessageBytes;
    this.sendQueueBytes = other.sendQueueBytes;
    this.overflow = other.overflow;
  }

  /** Options from JSON that {@link IpcBridgeOptions} has checked against the schema. */
  LinkOptions(JsonObject json, int max) {
    this(max);
    name = json.getString("name", name);
    codec = json.getString("codec", codec);
    send = json.getString("send", send);
    receive = json.getString("receive", receive);
    deliver = json.getString("deliver", deliver);
    reply = json.getString("reply", reply);
    idField = json.getString("idField", idField);
    events = json.getString("events", events);
    maxMessageBytes = json.getInteger("maxMessageBytes", maxMessageBytes);
    sendQueueBytes = json.getLong("sendQueueBytes", sendQueueBytes);
    overflow = json.getString("overflow", overflow);
  }

  /**
   * Options of a type that the JSON form names.
   *
   * @param json checked against the schema
   * @return a new object
   */
  static LinkOptions<?> of(JsonObject json) {
    return switch (json.getString("type")) {
      case "pipe" -> new PipeLinkOptions(json);
      case "fifo" -> new FifoLinkOptions(json);
      case "journal" -> new JournalLinkOptions(json);
      default -> new MqueueLinkOptions(json);
    };
  }

  abstract S self();

  /** A copy. */
  abstract S copy();

  /**
   * The type of the link.
   *
   * @return as in the JSON form
   */
  public abstract String type();

  /** Whether there may be answers to requests, and a choice what to do when too much waits. */
  boolean answers() {
    return true;
  }

  /** Whether messages can go to the program, or come from it. */
  abstract boolean has(Direction direction);

  enum Direction {
    READ,
    WRITE
  }

  /** What a schema can't say: each error names the key, what was found and what is accepted. */
  List<String> errors(String path) {
    List<String> errors = new ArrayList<>();
    if (send != null && !has(Direction.WRITE)) {
      errors.add(path + "/write: missing, it is where messages to '" + send + "' go");
    }
    if (receive != null && !has(Direction.READ)) {
      errors.add(path + "/read: missing, it is where messages for '" + receive + "' come from");
    }
    if (!reply.equals("none") && !(has(Direction.READ) && has(Direction.WRITE) && send != null)) {
      errors.add(
          path
              + "/reply: found \""
              + reply
              + "\", which needs 'send', and both ways to the program");
    }
    if (reply.equals("id") && !codec.equals("json-lines")) {
      errors.add(path + "/reply: found \"id\", which needs codec \"json-lines\"");
    }
    return errors;
  }

  /**
   * The JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("type", type());
    if (name != null) {
      json.put("name", name);
    }
    json.put("codec", codec);
    if (send != null) {
      json.put("send", send);
    }
    if (receive != null) {
      json.put("receive", receive);
    }
    json.put("deliver", deliver);
    if (answers()) {
      json.put("reply", reply);
    }
    if (answers()) {
      json.put("idField", idField);
    }
    if (events != null) {
      json.put("events", events);
    }
    json.put("maxMessageBytes", maxMessageBytes);
    json.put("sendQueueBytes", sendQueueBytes);
    if (answers()) {
      json.put("overflow", overflow);
    }
    return json;
  }

  /**
   * Name of the link, in events and errors; by default made of its type and its place in the list.
   *
   * @return the option
   */
  public String getName() {
    return name;
  }

  /**
   * Name of the link, in events and errors; by default made of its type and its place in the list.
   *
   * @param name the option
   * @return this
   */
  public S setName(String name) {
    this.name = name;
    return self();
  }

  /**
   * How messages stand in bytes: raw, as each read gives them; lines of UTF-8; lines of JSON;
   * frames, each after its length as a little-endian int.
   *
   * @return the option
   */
  public String getCodec() {
    return codec;
  }

  /**
   * How messages stand in bytes: raw, as each read gives them; lines of UTF-8; lines of JSON;
   * frames, each after its length as a little-endian int.
   *
   * @param codec the option
   * @return this
   */
  public S setCodec(String codec) {
    this.codec = codec;
    return self();
  }

  /**
   * Messages to this address go to the program.
   *
   * @return the option
   */
  public String getSend() {
    return send;
  }

  /**
   * Messages to this address go to the program.
   *
   * @param send the option
   * @return this
   */
  public S setSend(String send) {
    this.send = send;
    return self();
  }

  /**
   * What the program says goes to this address.
   *
   * @return the option
   */
  public String getReceive() {
    return receive;
  }

  /**
   * What the program says goes to this address.
   *
   * @param receive the option
   * @return this
   */
  public S setReceive(String receive) {
    this.receive = receive;
    return self();
  }

  /**
   * Whether what the program says is sent or published.
   *
   * @return the option
   */
  public String getDeliver() {
    return deliver;
  }

  /**
   * Whether what the program says is sent or published.
   *
   * @param deliver the option
   * @return this
   */
  public S setDeliver(String deliver) {
    this.deliver = deliver;
    return self();
  }

  /**
   * How answers of the program find the requests that they answer: not at all; strictly in turn; by
   * a field of the JSON object that is the same in both.
   *
   * @return the option
   */
  public String getReply() {
    return reply;
  }

  /**
   * How answers of the program find the requests that they answer: not at all; strictly in turn; by
   * a field of the JSON object that is the same in both.
   *
   * @param reply the option
   * @return this
   */
  public S setReply(String reply) {
    this.reply = reply;
    return self();
  }

  /**
   * With reply id: that field. A request that has none gets one.
   *
   * @return the option
   */
  public String getIdField() {
    return idField;
  }

  /**
   * With reply id: that field. A request that has none gets one.
   *
   * @param idField the option
   * @return this
   */
  public S setIdField(String idField) {
    this.idField = idField;
    return self();
  }

  /**
   * What happens to the link is published to this address.
   *
   * @return the option
   */
  public String getEvents() {
    return events;
  }

  /**
   * What happens to the link is published to this address.
   *
   * @param events the option
   * @return this
   */
  public S setEvents(String events) {
    this.events = events;
    return self();
  }

  /**
   * The longest message, a line with its line break, in bytes.
   *
   * @return the option
   */
  public int getMaxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * The longest message, a line with its line break, in bytes.
   *
   * @param maxMessageBytes the option
   * @return this
   */
  public S setMaxMessageBytes(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
    return self();
  }

  /**
   * What may wait in this process until the program takes it, in bytes.
   *
   * @return the option
   */
  public long getSendQueueBytes() {
    return sendQueueBytes;
  }

  /**
   * What may wait in this process until the program takes it, in bytes.
   *
   * @param sendQueueBytes the option
   * @return this
   */
  public S setSendQueueBytes(long sendQueueBytes) {
    this.sendQueueBytes = sendQueueBytes;
    return self();
  }

  /**
   * What to do with a message when more comes: block stops taking messages from the event bus,
   * which keeps 10000 more for the consumer; drop-oldest drops those that wait longest; fail
   * refuses it.
   *
   * @return the option
   */
  public String getOverflow() {
    return overflow;
  }

  /**
   * What to do with a message when more comes: block stops taking messages from the event bus,
   * which keeps 10000 more for the consumer; drop-oldest drops those that wait longest; fail
   * refuses it.
   *
   * @param overflow the option
   * @return this
   */
  public S setOverflow(String overflow) {
    this.overflow = overflow;
    return self();
  }
}
