package org.vertxipc;

import io.vertx.core.json.JsonObject;

/**
 * What the options of links have in common whose endpoints have names: one that programs write to,
 * another that they read from, or both.
 *
 * @param <S> the class itself
 */
public abstract class NamedLinkOptions<S extends NamedLinkOptions<S>> extends LinkOptions<S> {
  private String read;
  private String write;
  private boolean create = true;
  private String mode = "0600";
  private long closeMillis = 2_000;

  NamedLinkOptions(int maxMessageBytes) {
    super(maxMessageBytes);
  }

  NamedLinkOptions(NamedLinkOptions<?> other) {
    super(other);
    this.read = other.read;
    this.write = other.write;
    this.create = other.create;
    this.mode = other.mode;
    this.closeMillis = other.closeMillis;
  }

  /** Options from JSON that {@link IpcBridgeOptions} has checked against the schema. */
  NamedLinkOptions(JsonObject json, int maxMessageBytes) {
    super(json, maxMessageBytes);
    read = json.getString("read", read);
    write = json.getString("write", write);
    create = json.getBoolean("create", create);
    mode = json.getString("mode", mode);
    closeMillis = json.getLong("closeMillis", closeMillis);
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
   * Path of the FIFO, or name of the queue, from which this side reads.
   *
   * @return the option
   */
  public String getRead() {
    return read;
  }

  /**
   * Path of the FIFO, or name of the queue, from which this side reads.
   *
   * @param read the option
   * @return this
   */
  public S setRead(String read) {
    this.read = read;
    return self();
  }

  /**
   * Path of the FIFO, or name of the queue, to which this side writes.
   *
   * @return the option
   */
  public String getWrite() {
    return write;
  }

  /**
   * Path of the FIFO, or name of the queue, to which this side writes.
   *
   * @param write the option
   * @return this
   */
  public S setWrite(String write) {
    this.write = write;
    return self();
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
  public S setCreate(boolean create) {
    this.create = create;
    return self();
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
  public S setMode(String mode) {
    this.mode = mode;
    return self();
  }

  /**
   * How long a stop waits until what was sent has left this process, in milliseconds.
   *
   * @return the option
   */
  public long getCloseMillis() {
    return closeMillis;
  }

  /**
   * How long a stop waits until what was sent has left this process, in milliseconds.
   *
   * @param closeMillis the option
   * @return this
   */
  public S setCloseMillis(long closeMillis) {
    this.closeMillis = closeMillis;
    return self();
  }
}
