package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Options of a cluster of the processes of one host, without a network. {@code
 * conf/vertx-ipc.schema.json} describes every key, below {@code $defs/cluster}.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class IpcClusterOptions {
  private String name = "cluster";
  private String directory;
  private String mode = "0600";
  private String group;
  private int logBytes = 1 << 22;
  private int ringBytes = 1 << 20;
  private int maxMessageBytes = 1 << 28;
  private List<String> serializable;
  private IdleOptions idle = new IdleOptions();

  /** Creates options with defaults. */
  public IpcClusterOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public IpcClusterOptions(IpcClusterOptions other) {
    IpcClusterOptionsConverter.fromJson(other.toJson(), this);
  }

  /**
   * Creates options from JSON; what is absent keeps its default.
   *
   * @param json the JSON form
   * @throws IllegalArgumentException naming every key that is wrong, its path, what was found and
   *     what is accepted
   */
  public IpcClusterOptions(JsonObject json) {
    ConfigCheck.cluster(json);
    IpcClusterOptionsConverter.fromJson(json, this);
    OptionsCheck.cluster(this);
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    IpcClusterOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the options of the transport that such a cluster needs.
   *
   * @return new options
   */
  public IpcTransportOptions transport() {
    return new IpcTransportOptions()
        .setName(name)
        .setDirectory(directory)
        .setMode(mode)
        .setGroup(group)
        .setRingBytes(ringBytes)
        .setMaxMessageBytes(maxMessageBytes)
        .setIdle(idle)
        .setNetwork(false);
  }

  /**
   * Returns the name of the bus: processes of this host that name the same, in the same directory,
   * are a cluster.
   *
   * @return a valid name
   */
  public String getName() {
    return name;
  }

  /**
   * Sets {@link #getName}.
   *
   * @param name letters, digits, dots, hyphens and underscores
   * @return this
   */
  public IpcClusterOptions setName(String name) {
    this.name = name;
    return this;
  }

  /**
   * Returns the directory of buses.
   *
   * @return an absolute path, null for {@code /dev/shm/vertx-ipc-UID}, or with a group {@code
   *     /dev/shm/vertx-ipc-group-GID}
   */
  public String getDirectory() {
    return directory;
  }

  /**
   * Sets {@link #getDirectory}.
   *
   * @param directory an absolute path, on a file system in memory
   * @return this
   */
  public IpcClusterOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Returns who may join: {@code 0600} for this user alone, {@code 0660} for a group.
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
  public IpcClusterOptions setMode(String mode) {
    this.mode = mode;
    return this;
  }

  /**
   * Returns the group for mode {@code 0660}.
   *
   * @return its name or its number, null for none
   */
  public String getGroup() {
    return group;
  }

  /**
   * Sets {@link #getGroup}.
   *
   * @param group its name or its number
   * @return this
   */
  public IpcClusterOptions setGroup(String group) {
    this.group = group;
    return this;
  }

  /**
   * Returns how much room the log of the cluster has for changes before it is compacted, in bytes,
   * 65536 to 268435456. A larger state gets as much room as it takes.
   *
   * @return the option
   */
  public int getLogBytes() {
    return logBytes;
  }

  /**
   * Sets {@link #getLogBytes}.
   *
   * @param logBytes the option
   * @return this
   */
  public IpcClusterOptions setLogBytes(int logBytes) {
    this.logBytes = logBytes;
    return this;
  }

  /**
   * Returns the size of the ring of each direction of a connection of the event bus, in bytes: a
   * power of two from 4096 to 1073741824. Longer messages pass through it in parts.
   *
   * @return the option
   */
  public int getRingBytes() {
    return ringBytes;
  }

  /**
   * Sets {@link #getRingBytes}.
   *
   * @param ringBytes the option
   * @return this
   */
  public IpcClusterOptions setRingBytes(int ringBytes) {
    this.ringBytes = ringBytes;
    return this;
  }

  /**
   * Returns the longest message of the event bus that is accepted, in bytes as it is in a ring,
   * 1024 to 2147483647. A longer one closes the connection.
   *
   * @return the option
   */
  public int getMaxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * Sets {@link #getMaxMessageBytes}.
   *
   * @param maxMessageBytes the option
   * @return this
   */
  public IpcClusterOptions setMaxMessageBytes(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
    return this;
  }

  /**
   * Returns the classes of keys and values of maps that Java's own serialisation may create: exact
   * names, or a package followed by {@code .*}. Types that the event bus knows need none of it.
   *
   * @return null for the default: any class in mode {@code 0600}, where all who can write are this
   *     user, and none in mode {@code 0660}
   */
  public List<String> getSerializable() {
    return serializable;
  }

  /**
   * Sets {@link #getSerializable}.
   *
   * @param serializable the option
   * @return this
   */
  public IpcClusterOptions setSerializable(List<String> serializable) {
    this.serializable = serializable == null ? null : new ArrayList<>(serializable);
    return this;
  }

  /**
   * Returns what event loops do when the rings of the event bus are empty.
   *
   * @return the options
   */
  public IdleOptions getIdle() {
    return idle;
  }

  /**
   * Sets {@link #getIdle}.
   *
   * @param idle the options
   * @return this
   */
  public IpcClusterOptions setIdle(IdleOptions idle) {
    this.idle = Objects.requireNonNull(idle);
    return this;
  }
}
