package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** A FIFO that programs write to, another that they read from, or both. */
@DataObject
public class FifoLinkOptions extends LinkOptions<FifoLinkOptions> {
  private static final int MAX_MESSAGE_BYTES = 4096;

  private String read;
  private String write;
  private boolean create = true;
  private String mode = "0600";
  private long closeMillis = 2_000;

  /** Options with defaults. */
  public FifoLinkOptions() {
    super(MAX_MESSAGE_BYTES);
  }

  /**
   * A copy.
   *
   * @param other to copy
   */
  public FifoLinkOptions(FifoLinkOptions other) {
    super(other);
    this.read = other.read;
    this.write = other.write;
    this.create = other.create;
    this.mode = other.mode;
    this.closeMillis = other.closeMillis;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public FifoLinkOptions(JsonObject json) {
    super(json, MAX_MESSAGE_BYTES);
    read = json.getString("read", read);
    write = json.getString("write", write);
    create = json.getBoolean("create", create);
    mode = json.getString("mode", mode);
    closeMillis = json.getLong("closeMillis", closeMillis);
  }

  @Override
  FifoLinkOptions self() {
    return this;
  }

  @Override
  FifoLinkOptions copy() {
    return new FifoLinkOptions(this);
  }

  @Override
  public String type() {
    return "fifo";
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
    json.put("closeMillis", closeMillis);
    return json;
  }

  /**
   * Path of the FIFO from which this side reads.
   *
   * @return the option
   */
  public String getRead() {
    return read;
  }

  /**
   * Path of the FIFO from which this side reads.
   *
   * @param read the option
   * @return this
   */
  public FifoLinkOptions setRead(String read) {
    this.read = read;
    return this;
  }

  /**
   * Path of the FIFO to which this side writes.
   *
   * @return the option
   */
  public String getWrite() {
    return write;
  }

  /**
   * Path of the FIFO to which this side writes.
   *
   * @param write the option
   * @return this
   */
  public FifoLinkOptions setWrite(String write) {
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
  public FifoLinkOptions setCreate(boolean create) {
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
  public FifoLinkOptions setMode(String mode) {
    this.mode = mode;
    return this;
  }

  /**
   * How long a stop waits until what was sent is written, in milliseconds.
   *
   * @return the option
   */
  public long getCloseMillis() {
    return closeMillis;
  }

  /**
   * How long a stop waits until what was sent is written, in milliseconds.
   *
   * @param closeMillis the option
   * @return this
   */
  public FifoLinkOptions setCloseMillis(long closeMillis) {
    this.closeMillis = closeMillis;
    return this;
  }
}
