package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;

/** The System V segments of a node that receives by {@code sysv}, see {@code shmget(2)}. */
@DataObject
@JsonGen(publicConverter = false)
public final class SysvOptions {
  private String key = "0";
  private String mode = "0600";
  private boolean keepKey = false;

  /** Creates options with defaults. */
  public SysvOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public SysvOptions(SysvOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public SysvOptions(JsonObject json) {
    SysvOptionsConverter.fromJson(json, this);
    if (json.getValue("key") instanceof Number number) {
      key = number.toString();
    }
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    SysvOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the key of the first segment; the next segments use the numbers that follow. It is a
   * number, {@code 0x} and hexadecimal digits, or {@code ftok:PATH:PROJECT}; 0 for segments without
   * a key.
   *
   * @return the option
   */
  public String getKey() {
    return key;
  }

  /**
   * Sets {@link #getKey}.
   *
   * @param key the option
   * @return this
   */
  public SysvOptions setKey(String key) {
    this.key = key;
    return this;
  }

  /**
   * Returns the permission bits, in octal digits. Other users may be allowed to read, but not to
   * write.
   *
   * @return the option
   */
  public String getMode() {
    return mode;
  }

  /**
   * Sets {@link #getMode}.
   *
   * @param mode the option
   * @return this
   */
  public SysvOptions setMode(String mode) {
    this.mode = mode;
    return this;
  }

  /**
   * Returns whether segments keep their key until the channel is closed. Otherwise they are marked
   * for removal as soon as both sides are attached, so that nothing is left when both are killed.
   *
   * @return the option
   */
  public boolean isKeepKey() {
    return keepKey;
  }

  /**
   * Sets {@link #isKeepKey}.
   *
   * @param keepKey the option
   * @return this
   */
  public SysvOptions setKeepKey(boolean keepKey) {
    this.keepKey = keepKey;
    return this;
  }
}
