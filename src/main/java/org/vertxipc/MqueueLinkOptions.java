package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** A POSIX message queue that programs write to, another that they read from, or both. */
@DataObject
public class MqueueLinkOptions extends LinkOptions<MqueueLinkOptions> {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private String read;
  private String write;
  private boolean create = true;
  private String mode = "0600";
  private int maxMessages = 0;
  private int messageBytes = 0;
  private long closeMillis = 2_000;

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
    this.read = other.read;
    this.write = other.write;
    this.create = other.create;
    this.mode = other.mode;
    this.maxMessages = other.maxMessages;
    this.messageBytes = other.messageBytes;
    this.closeMillis = other.closeMillis;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public MqueueLinkOptions(JsonObject json) {
    super(json, MAX_MESSAGE_BYTES);
    read = json.getString("read", read);
    write = json.getString("write", write);
    create = json.getBoolean("create", create);
    mode = json.getString("mode", mode);
    maxMessages = json.getInteger("maxMessages", maxMessages);
    messageBytes = json.getInteger("messageBytes", messageBytes);
    closeMillis = json.getLong("closeMillis", closeMillis);
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
  boolean has(Direction direction) {
    return direction == Direction.READ ? read != null : write != null;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = super.toJson();
    if (read != null) {
      json.put("read", read);
    }
    if (write != null) {
      json.put("write", write);
    }
    json.put("create", create);
    json.put("mode", mode);
    json.put("maxMessages", maxMessages);
    json.put("messageBytes", messageBytes);
    json.put("closeMillis", closeMillis);
    return json;
  }

  /**
   * Name of the queue from which this side reads.
   *
   * @return the option
   */
  public String getRead() {
    return read;
  }

  /**
   * Name of the queue from which this side reads.
   *
   * @param read the option
   * @return this
   */
  public MqueueLinkOptions setRead(String read) {
    this.read = read;
    return this;
  }

  /**
   * Name of the queue to which this side writes.
   *
   * @return the option
   */
  public String getWrite() {
    return write;
  }

  /**
   * Name of the queue to which this side writes.
   *
   * @param write the option
   * @return this
   */
  public MqueueLinkOptions setWrite(String write) {
    this.write = write;
    return this;
  }

  /**
   * Whether to make those that are not there, and to remove these at the end.
   *
   * @return the option
   */
  public boolean isCreate() {
    return create;
  }

  /**
   * Whether to make those that are not there, and to remove these at the end.
   *
   * @param create the option
   * @return this
   */
  public MqueueLinkOptions setCreate(boolean create) {
    this.create = create;
    return this;
  }

  /**
   * Permission bits of those that are made, in octal digits.
   *
   * @return the option
   */
  public String getMode() {
    return mode;
  }

  /**
   * Permission bits of those that are made, in octal digits.
   *
   * @param mode the option
   * @return this
   */
  public MqueueLinkOptions setMode(String mode) {
    this.mode = mode;
    return this;
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

  /**
   * How long a stop waits until what was sent is in the queue, in milliseconds.
   *
   * @return the option
   */
  public long getCloseMillis() {
    return closeMillis;
  }

  /**
   * How long a stop waits until what was sent is in the queue, in milliseconds.
   *
   * @param closeMillis the option
   * @return this
   */
  public MqueueLinkOptions setCloseMillis(long closeMillis) {
    this.closeMillis = closeMillis;
    return this;
  }
}
