package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;

/**
 * The files in which messages wait for a node that receives by {@code mapped}, and for such nodes
 * that this node writes to.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class MappedOptions {
  private String directory;
  private int fileBytes = 1 << 24;
  private String fsync = "none";
  private long fsyncMillis = 100;
  private boolean identified;

  /** Creates options with defaults. */
  public MappedOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public MappedOptions(MappedOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public MappedOptions(JsonObject json) {
    MappedOptionsConverter.fromJson(json, this);
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    MappedOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the absolute path of the stores of all buses, the same for all nodes; null for {@code
   * /var/tmp/vertx-ipc-UID}.
   *
   * @return the option
   */
  public String getDirectory() {
    return directory;
  }

  /**
   * Sets {@link #getDirectory}.
   *
   * @param directory the option
   * @return this
   */
  public MappedOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Returns the capacity of each file, one for each node that writes to this one, in bytes: a power
   * of two, 65536 to 2^30. A waiting message may take at most half of it.
   *
   * @return the option
   */
  public int getFileBytes() {
    return fileBytes;
  }

  /**
   * Sets {@link #getFileBytes}.
   *
   * @param fileBytes the option
   * @return this
   */
  public MappedOptions setFileBytes(int fileBytes) {
    this.fileBytes = fileBytes;
    return this;
  }

  /**
   * Returns when stored messages are synced to disk: {@code none}, when the kernel decides, which
   * survives the death of processes; {@code interval}, at an interval; {@code message}, before a
   * write succeeds.
   *
   * @return the option
   */
  public String getFsync() {
    return fsync;
  }

  /**
   * Sets {@link #getFsync}.
   *
   * @param fsync the option
   * @return this
   */
  public MappedOptions setFsync(String fsync) {
    this.fsync = fsync;
    return this;
  }

  /**
   * Returns the interval of {@code interval}, in milliseconds, 1 to 3600000.
   *
   * @return the option
   */
  public long getFsyncMillis() {
    return fsyncMillis;
  }

  /**
   * Sets {@link #getFsyncMillis}.
   *
   * @param fsyncMillis the option
   * @return this
   */
  public MappedOptions setFsyncMillis(long fsyncMillis) {
    this.fsyncMillis = fsyncMillis;
    return this;
  }

  /**
   * Returns whether stored messages carry two more headers, by which a consumer recognises a
   * message that it has had before: {@code ipc-source}, the node that wrote it, and {@code
   * ipc-sequence}, a number higher than those of all earlier messages of the same node.
   *
   * @return the option
   */
  public boolean isIdentified() {
    return identified;
  }

  /**
   * Sets {@link #isIdentified}.
   *
   * @param identified the option
   * @return this
   */
  public MappedOptions setIdentified(boolean identified) {
    this.identified = identified;
    return this;
  }
}
