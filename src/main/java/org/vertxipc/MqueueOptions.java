package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * The message queues of a node that receives by {@code mqueue}, and the priorities of what it
 * sends, see {@code mq_overview(7)}.
 */
@DataObject
public class MqueueOptions {
  private int maxMessages = 0;
  private int messageBytes = 0;
  private Map<String, Integer> priorities = new TreeMap<>();

  /** Options with defaults. */
  public MqueueOptions() {}

  /**
   * A copy.
   *
   * @param other to copy
   */
  public MqueueOptions(MqueueOptions other) {
    this.maxMessages = other.maxMessages;
    this.messageBytes = other.messageBytes;
    this.priorities = new TreeMap<>(other.priorities);
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public MqueueOptions(JsonObject json) {
    maxMessages = json.getInteger("maxMessages", maxMessages);
    messageBytes = json.getInteger("messageBytes", messageBytes);
    priorities = numbers(json.getJsonObject("priorities", new JsonObject()));
  }

  private static Map<String, Integer> numbers(JsonObject json) {
    Map<String, Integer> numbers = new TreeMap<>();
    json.forEach(e -> numbers.put(e.getKey(), ((Number) e.getValue()).intValue()));
    return numbers;
  }

  /**
   * The JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.put("maxMessages", maxMessages);
    json.put("messageBytes", messageBytes);
    json.put("priorities", new JsonObject(new TreeMap<>(priorities)));
    return json;
  }

  /**
   * How many messages each queue holds, 1 to 65536; 0 for 10, or what the machine allows if that is
   * less.
   *
   * @return the option
   */
  public int getMaxMessages() {
    return maxMessages;
  }

  /**
   * How many messages each queue holds, 1 to 65536; 0 for 10, or what the machine allows if that is
   * less.
   *
   * @param maxMessages the option
   * @return this
   */
  public MqueueOptions setMaxMessages(int maxMessages) {
    this.maxMessages = maxMessages;
    return this;
  }

  /**
   * How long a message of a queue may be, in bytes, 128 to 16777216; 0 for 8192, or what the
   * machine allows if that is less.
   *
   * @return the option
   */
  public int getMessageBytes() {
    return messageBytes;
  }

  /**
   * How long a message of a queue may be, in bytes, 128 to 16777216; 0 for 8192, or what the
   * machine allows if that is less.
   *
   * @param messageBytes the option
   * @return this
   */
  public MqueueOptions setMessageBytes(int messageBytes) {
    this.messageBytes = messageBytes;
    return this;
  }

  /**
   * Priorities by address, 0 to 32767, of messages that have no header {@code ipc-priority}; 0
   * where nothing is said.
   *
   * @return the option
   */
  public Map<String, Integer> getPriorities() {
    return priorities;
  }

  /**
   * Priorities by address, 0 to 32767, of messages that have no header {@code ipc-priority}; 0
   * where nothing is said.
   *
   * @param priorities the option
   * @return this
   */
  public MqueueOptions setPriorities(Map<String, Integer> priorities) {
    this.priorities = priorities;
    return this;
  }
}
