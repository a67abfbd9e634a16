package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** A POSIX message queue that programs write to, another that they read from, or both. */
@DataObject
public class MqueueLinkOptions extends NamedLinkOptions<MqueueLinkOptions> {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private int maxMessages = 0;
  private int messageBytes = 0;

  /** Options with defaults. */
  public MqueueLinkOptions() {
    super(MAX_MESSAGE_BYTES);
  }

  /**
   * A copy.
   *
   * @param other to copy
   */
  public MqueueLinkOptions(MqueueLinkOptions other) {
    super(other);
    this.maxMessages = other.maxMessages;
    this.messageBytes = other.messageBytes;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public MqueueLinkOptions(JsonObject json) {
    super(json, MAX_MESSAGE_BYTES);
    maxMessages = json.getInteger("maxMessages", maxMessages);
    messageBytes = json.getInteger("messageBytes", messageBytes);
  }

  @Override
  MqueueLinkOptions self() {
    return this;
  }

  @Override
  MqueueLinkOptions copy() {
    return new MqueueLinkOptions(this);
  }

  @Override
  public String type() {
    return "mqueue";
  }

  @Override
  public JsonObject toJson() {
    return super.toJson().put("maxMessages", maxMessages).put("messageBytes", messageBytes);
  }

  /**
   * How many messages a queue holds; 0 for 10, or what the machine allows if that is less. A queue
   * that is there must agree, unless it is 0.
   *
   * @return the option
   */
  public int getMaxMessages() {
    return maxMessages;
  }

  /**
   * How many messages a queue holds; 0 for 10, or what the machine allows if that is less. A queue
   * that is there must agree, unless it is 0.
   *
   * @param maxMessages the option
   * @return this
   */
  public MqueueLinkOptions setMaxMessages(int maxMessages) {
    this.maxMessages = maxMessages;
    return this;
  }

  /**
   * How long a message of a queue may be, in bytes; 0 for 8192, or what the machine allows if that
   * is less. A queue that is there must agree, unless it is 0.
   *
   * @return the option
   */
  public int getMessageBytes() {
    return messageBytes;
  }

  /**
   * How long a message of a queue may be, in bytes; 0 for 8192, or what the machine allows if that
   * is less. A queue that is there must agree, unless it is 0.
   *
   * @param messageBytes the option
   * @return this
   */
  public MqueueLinkOptions setMessageBytes(int messageBytes) {
    this.messageBytes = messageBytes;
    return this;
  }
}
