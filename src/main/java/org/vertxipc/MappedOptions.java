package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/**
 * The files in which messages wait for a node that receives by {@code mapped}, and for those that
 * this node writes to.
 */
@DataObject
public class MappedOptions {
  private String directory;
  private int fileBytes = 1 << 24;
  private String fsync = "none";
  private long fsyncMillis = 100;
  private boolean identified;

  /** Options with defaults. */
  public MappedOptions() {}

  /**
   * A copy.
   *
   * @param other to copy
   */
  public MappedOptions(MappedOptions other) {
    this.directory = other.directory;
    this.fileBytes = other.fileBytes;
    this.fsync = other.fsync;
    this.fsyncMillis = other.fsyncMillis;
    this.identified = other.identified;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public MappedOptions(JsonObject json) {
    directory = json.getString("directory", directory);
    fileBytes = json.getInteger("fileBytes", fileBytes);
    fsync = json.getString("fsync", fsync);
    fsyncMillis = json.getLong("fsyncMillis", fsyncMillis);
    identified = json.getBoolean("identified", identified);
  }

  /**
   * The JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (directory != null) {
      json.put("directory", directory);
    }
    json.put("fileBytes", fileBytes);
    json.put("fsync", fsync);
    json.put("fsyncMillis", fsyncMillis);
    json.put("identified", identified);
    return json;
  }

  /**
   * Where the stores of all buses are, an absolute path, the same for all nodes; null for {@code
   * /var/tmp/vertx-ipc-UID}.
   *
   * @return the option
   */
  public String getDirectory() {
    return directory;
  }

  /**
   * Where the stores of all buses are, an absolute path, the same for all nodes; null for {@code
   * /var/tmp/vertx-ipc-UID}.
   *
   * @param directory the option
   * @return this
   */
  public MappedOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Capacity of each file, one for each node that writes to this one, in bytes: a power of two,
   * 65536 to 2^30. The longest message that waits takes no more than half of it.
   *
   * @return the option
   */
  public int getFileBytes() {
    return fileBytes;
  }

  /**
   * Capacity of each file, one for each node that writes to this one, in bytes: a power of two,
   * 65536 to 2^30. The longest message that waits takes no more than half of it.
   *
   * @param fileBytes the option
   * @return this
   */
  public MappedOptions setFileBytes(int fileBytes) {
    this.fileBytes = fileBytes;
    return this;
  }

  /**
   * When what is written is brought to the disk: {@code none}, when the kernel likes, which
   * survives the death of processes; {@code interval}; {@code message}, before a write is said to
   * be done.
   *
   * @return the option
   */
  public String getFsync() {
    return fsync;
  }

  /**
   * When what is written is brought to the disk: {@code none}, when the kernel likes, which
   * survives the death of processes; {@code interval}; {@code message}, before a write is said to
   * be done.
   *
   * @param fsync the option
   * @return this
   */
  public MappedOptions setFsync(String fsync) {
    this.fsync = fsync;
    return this;
  }

  /**
   * With {@code interval}: the interval, in milliseconds, 1 to 3600000.
   *
   * @return the option
   */
  public long getFsyncMillis() {
    return fsyncMillis;
  }

  /**
   * With {@code interval}: the interval, in milliseconds, 1 to 3600000.
   *
   * @param fsyncMillis the option
   * @return this
   */
  public MappedOptions setFsyncMillis(long fsyncMillis) {
    this.fsyncMillis = fsyncMillis;
    return this;
  }

  /**
   * Whether stored messages carry headers that tell them apart.
   *
   * @return false at first
   */
  public boolean isIdentified() {
    return identified;
  }

  /**
   * Lets stored messages carry two headers more, by which a consumer knows one that it has had
   * before: {@code ipc-source}, the node that wrote it, and {@code ipc-sequence}, a number higher
   * than those of all messages before it of the same node.
   *
   * @param identified whether to
   * @return this
   */
  public MappedOptions setIdentified(boolean identified) {
    this.identified = identified;
    return this;
  }
}
