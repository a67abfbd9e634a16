package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The bus that a bridge joins, and how. Values are checked when the bridge is created. */
@DataObject
@JsonGen(publicConverter = false)
public final class BusOptions extends BusLimitOptions<BusOptions> {
  /** The names of all transports. */
  public static final List<String> TRANSPORTS =
      List.of("fifo", "mqueue", "shm", "sysv", "anonymous", "mapped");

  private String name;
  private String node;
  private String transport = "shm";
  private String directory;
  private String mode = "0600";
  private String group;
  private List<String> serializable = new ArrayList<>();
  private List<String> exports = new ArrayList<>();
  private List<String> imports = new ArrayList<>();
  private boolean heedLocalOnly = true;
  private IdleOptions idle = new IdleOptions();
  private SysvOptions sysv = new SysvOptions();
  private MqueueOptions mqueue = new MqueueOptions();
  private MappedOptions mapped = new MappedOptions();

  /** Creates options with defaults. */
  public BusOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public BusOptions(BusOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked; what is absent keeps its
   * default.
   *
   * @param json the JSON form
   */
  public BusOptions(JsonObject json) {
    BusOptionsConverter.fromJson(json, this);
  }

  @Override
  BusOptions self() {
    return this;
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    BusOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the name of the bus: processes that name the same bus find each other.
   *
   * @return the option
   */
  public String getName() {
    return name;
  }

  /**
   * Sets {@link #getName}.
   *
   * @param name the option
   * @return this
   */
  public BusOptions setName(String name) {
    this.name = name;
    return this;
  }

  /**
   * Returns the name of this node, unique on the bus; null for one made from the process id and a
   * random number.
   *
   * @return the option
   */
  public String getNode() {
    return node;
  }

  /**
   * Sets {@link #getNode}.
   *
   * @param node the option
   * @return this
   */
  public BusOptions setNode(String node) {
    this.node = node;
    return this;
  }

  /**
   * Returns how this node receives: {@code shm}, {@code fifo}, {@code sysv}, {@code anonymous},
   * {@code mqueue} or {@code mapped}.
   *
   * @return the option
   */
  public String getTransport() {
    return transport;
  }

  /**
   * Sets {@link #getTransport}.
   *
   * @param transport the option
   * @return this
   */
  public BusOptions setTransport(String transport) {
    this.transport = transport;
    return this;
  }

  /**
   * Returns the absolute path of the directory of buses; null for {@code /dev/shm/vertx-ipc-UID},
   * or with a group {@code /dev/shm/vertx-ipc-group-GID}.
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
  public BusOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Returns who may take part: {@code 0600}, this user alone, or {@code 0660}, the members of
   * {@link #getGroup}. It must be the same for all nodes of a bus.
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
  public BusOptions setMode(String mode) {
    this.mode = mode;
    return this;
  }

  /**
   * Returns the group for mode {@code 0660}, by its name or its number. This user must be in it.
   *
   * @return the option
   */
  public String getGroup() {
    return group;
  }

  /**
   * Sets {@link #getGroup}.
   *
   * @param group the option
   * @return this
   */
  public BusOptions setGroup(String group) {
    this.group = group;
    return this;
  }

  /**
   * Returns the classes of bodies that Java's own deserialisation may create: exact names, or a
   * package followed by {@code .*}; none by default. Boxes of primitive types and strings within
   * the bodies need not be listed; all other classes that they refer to must be.
   *
   * @return the option
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
  public BusOptions setSerializable(List<String> serializable) {
    this.serializable = serializable;
    return this;
  }

  /**
   * Adds to {@link #getSerializable}.
   *
   * @param name one more
   * @return this
   */
  // Otherwise the generator takes it for an option named "serializables".
  @GenIgnore
  public BusOptions addSerializable(String name) {
    serializable.add(name);
    return this;
  }

  /**
   * Returns the addresses in this process that other nodes may reach: exact ones, without {@code
   * *}.
   *
   * @return the option
   */
  public List<String> getExports() {
    return exports;
  }

  /**
   * Sets {@link #getExports}.
   *
   * @param exports the option
   * @return this
   */
  public BusOptions setExports(List<String> exports) {
    this.exports = exports;
    return this;
  }

  /**
   * Adds to {@link #getExports}.
   *
   * @param address one more
   * @return this
   */
  public BusOptions addExport(String address) {
    exports.add(address);
    return this;
  }

  /**
   * Returns the addresses of other nodes that code in this process may use: an exact one; a prefix
   * followed by {@code .*}, for all that begin with the prefix and a dot, but not the address
   * {@code prefix} itself; or {@code *} alone, for all that are exported. Addresses of Vert.x
   * itself are never imported.
   *
   * @return the option
   */
  public List<String> getImports() {
    return imports;
  }

  /**
   * Sets {@link #getImports}.
   *
   * @param imports the option
   * @return this
   */
  public BusOptions setImports(List<String> imports) {
    this.imports = imports;
    return this;
  }

  /**
   * Adds to {@link #getImports}.
   *
   * @param address one more
   * @return this
   */
  public BusOptions addImport(String address) {
    imports.add(address);
    return this;
  }

  /**
   * Returns whether messages sent with {@code DeliveryOptions.setLocalOnly(true)} stay in this
   * Vert.x, as in a cluster. That needs an outbound interceptor, which costs some speed ({@code
   * docs/performance.md}); switch it off where nobody uses the option.
   *
   * @return the option
   */
  public boolean isHeedLocalOnly() {
    return heedLocalOnly;
  }

  /**
   * Sets {@link #isHeedLocalOnly}.
   *
   * @param heedLocalOnly the option
   * @return this
   */
  public BusOptions setHeedLocalOnly(boolean heedLocalOnly) {
    this.heedLocalOnly = heedLocalOnly;
    return this;
  }

  /**
   * Returns what to do when the rings are empty.
   *
   * @return the option
   */
  public IdleOptions getIdle() {
    return idle;
  }

  /**
   * Sets {@link #getIdle}.
   *
   * @param idle the option
   * @return this
   */
  public BusOptions setIdle(IdleOptions idle) {
    this.idle = idle;
    return this;
  }

  /**
   * Returns the segments of transport {@code sysv}.
   *
   * @return the option
   */
  public SysvOptions getSysv() {
    return sysv;
  }

  /**
   * Sets {@link #getSysv}.
   *
   * @param sysv the option
   * @return this
   */
  public BusOptions setSysv(SysvOptions sysv) {
    this.sysv = sysv;
    return this;
  }

  /**
   * Returns the queues of transport {@code mqueue}, and the priorities of messages to nodes that
   * use it.
   *
   * @return the option
   */
  public MqueueOptions getMqueue() {
    return mqueue;
  }

  /**
   * Sets {@link #getMqueue}.
   *
   * @param mqueue the option
   * @return this
   */
  public BusOptions setMqueue(MqueueOptions mqueue) {
    this.mqueue = mqueue;
    return this;
  }

  /**
   * Returns the files of transport {@code mapped}.
   *
   * @return the option
   */
  public MappedOptions getMapped() {
    return mapped;
  }

  /**
   * Sets {@link #getMapped}.
   *
   * @param mapped the option
   * @return this
   */
  public BusOptions setMapped(MappedOptions mapped) {
    this.mapped = mapped;
    return this;
  }
}
