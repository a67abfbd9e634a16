package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * The message queues of a node that receives by {@code mqueue}, and the priorities of the messages
 * it sends, see {@code mq_overview(7)}.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class MqueueOptions {
  private int maxMessages = 0;
  private int messageBytes = 0;
  private Map<String, Integer> priorities = new TreeMap<>();

  /** Creates options with defaults. */
  public MqueueOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public MqueueOptions(MqueueOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public MqueueOptions(JsonObject json) {
    MqueueOptionsConverter.fromJson(json, this);
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    MqueueOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns how many messages each queue holds, 1 to 65536; 0 for 10, or what the machine allows if
   * that is less.
   *
   * @return the option
   */
  public int getMaxMessages() {
    return maxMessages;
  }

  /**
   * Sets {@link #getMaxMessages}.
   *
   * @param maxMessages the option
   * @return this
   */
  public MqueueOptions setMaxMessages(int maxMessages) {
    this.maxMessages = maxMessages;
    return this;
  }

  /**
   * Returns how long a message of a queue may be, in bytes, 128 to 16777216; 0 for 8192, or what
   * the machine allows if that is less.
   *
   * @return the option
   */
  public int getMessageBytes() {
    return messageBytes;
  }

  /**
   * Sets {@link #getMessageBytes}.
   *
   * @param messageBytes the option
   * @return this
   */
  public MqueueOptions setMessageBytes(int messageBytes) {
    this.messageBytes = messageBytes;
    return this;
  }

  /**
   * Returns the priorities by address, 0 to 32767, of messages without the header {@code
   * ipc-priority}; other addresses have 0.
   *
   * @return the option
   */
  public Map<String, Integer> getPriorities() {
    return priorities;
  }

  /**
   * Sets {@link #getPriorities}.
   *
   * @param priorities the option
   * @return this
   */
  public MqueueOptions setPriorities(Map<String, Integer> priorities) {
    this.priorities = priorities;
    return this;
  }
}
