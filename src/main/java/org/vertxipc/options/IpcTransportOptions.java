package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * Options of the transport by which a clustered Vert.x reaches other processes of its host. {@code
 * conf/vertx-ipc.schema.json} describes every key, below {@code $defs/transport}.
 */
@DataObject
@JsonGen(publicConverter = false)
public final class IpcTransportOptions {
  private String name = "cluster";
  private String directory;
  private String mode = "0600";
  private String group;
  private int ringBytes = 1 << 20;
  private int maxMessageBytes = 1 << 28;
  private boolean require;
  private boolean network = true;
  private IdleOptions idle = new IdleOptions();

  /** Creates options with defaults. */
  public IpcTransportOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public IpcTransportOptions(IpcTransportOptions other) {
    IpcTransportOptionsConverter.fromJson(other.toJson(), this);
  }

  /**
   * Creates options from JSON; what is absent keeps its default.
   *
   * @param json the JSON form
   * @throws IllegalArgumentException naming every key that is wrong, its path, what was found and
   *     what is accepted
   */
  public IpcTransportOptions(JsonObject json) {
    ConfigCheck.transport(json);
    IpcTransportOptionsConverter.fromJson(json, this);
    OptionsCheck.transport(this);
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    IpcTransportOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the name of the bus in whose directory the processes of this host find each other: of
   * those that name the same, and of no others, a connection goes by rings.
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
  public IpcTransportOptions setName(String name) {
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
  public IpcTransportOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Returns who may connect by rings: {@code 0600} for this user alone, {@code 0660} for a group.
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
  public IpcTransportOptions setMode(String mode) {
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
  public IpcTransportOptions setGroup(String group) {
    this.group = group;
    return this;
  }

  /**
   * Returns the size of the ring of each direction of a connection, in bytes: a power of two from
   * 4096 to 1073741824. Longer messages pass through it in parts.
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
  public IpcTransportOptions setRingBytes(int ringBytes) {
    this.ringBytes = ringBytes;
    return this;
  }

  /**
   * Returns the longest message of the event bus that is accepted from a ring, in bytes as it is on
   * the wire, 1024 to 2147483647. A longer one closes the connection. Without effect when the event
   * bus uses TLS, where nobody can see the length.
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
  public IpcTransportOptions setMaxMessageBytes(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
    return this;
  }

  /**
   * Returns whether a connection to a process of this host fails when it can't go by rings, and the
   * Vert.x when it can't take its place in the directory. Otherwise TCP is used, with a warning.
   *
   * @return the option
   */
  public boolean isRequire() {
    return require;
  }

  /**
   * Sets {@link #isRequire}.
   *
   * @param require the option
   * @return this
   */
  public IpcTransportOptions setRequire(boolean require) {
    this.require = require;
    return this;
  }

  /**
   * Returns whether the event bus can be reached by TCP, too. Without, no socket is opened for it:
   * all nodes of the cluster must be on this host, as those of {@code IpcClusterManager} are.
   *
   * @return the option
   */
  public boolean isNetwork() {
    return network;
  }

  /**
   * Sets {@link #isNetwork}.
   *
   * @param network the option
   * @return this
   */
  public IpcTransportOptions setNetwork(boolean network) {
    this.network = network;
    return this;
  }

  /**
   * Returns what event loops do when the rings are empty.
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
  public IpcTransportOptions setIdle(IdleOptions idle) {
    this.idle = Objects.requireNonNull(idle);
    return this;
  }
}
