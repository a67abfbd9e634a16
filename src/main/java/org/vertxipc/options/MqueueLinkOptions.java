package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;

/** A POSIX message queue that programs write to, another that they read from, or both. */
@DataObject
@JsonGen(publicConverter = false)
public final class MqueueLinkOptions extends NamedLinkOptions<MqueueLinkOptions> {
  private int maxMessages = 0;
  private int messageBytes = 0;

  /** Creates options with defaults. */
  public MqueueLinkOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public MqueueLinkOptions(MqueueLinkOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public MqueueLinkOptions(JsonObject json) {
    MqueueLinkOptionsConverter.fromJson(json, this);
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
  public LinkType type() {
    return LinkType.MQUEUE;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    MqueueLinkOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns how many messages a queue holds; 0 for 10, or what the machine allows if that is less.
   * An existing queue must agree, unless this is 0.
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
  public MqueueLinkOptions setMaxMessages(int maxMessages) {
    this.maxMessages = maxMessages;
    return this;
  }

  /**
   * Returns how long a message of a queue may be, in bytes; 0 for 8192, or what the machine allows
   * if that is less. An existing queue must agree, unless this is 0.
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
  public MqueueLinkOptions setMessageBytes(int messageBytes) {
    this.messageBytes = messageBytes;
    return this;
  }
}
