package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The bus that a bridge joins, and how. Values are checked when the bridge is created. */
@DataObject
public class BusOptions {
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
  private IdleOptions idle = new IdleOptions();
  private SysvOptions sysv = new SysvOptions();
  private MqueueOptions mqueue = new MqueueOptions();
  private MappedOptions mapped = new MappedOptions();
  private int ringBytes = 1 << 20;
  private int pipeBytes = 1 << 20;
  private int maxMessageBytes = 64 << 20;
  private long sendQueueBytes = 16 << 20;
  private long replyTimeoutMillis = 600_000;
  private long startTimeoutMillis = 2_000;
  private long closeTimeoutMillis = 2_000;

  /** Options with defaults. */
  public BusOptions() {}

  /**
   * A copy.
   *
   * @param other to copy
   */
  public BusOptions(BusOptions other) {
    this.name = other.name;
    this.node = other.node;
    this.transport = other.transport;
    this.directory = other.directory;
    this.mode = other.mode;
    this.group = other.group;
    this.serializable = new ArrayList<>(other.serializable);
    this.exports = new ArrayList<>(other.exports);
    this.imports = new ArrayList<>(other.imports);
    this.idle = new IdleOptions(other.idle);
    this.sysv = new SysvOptions(other.sysv);
    this.mqueue = new MqueueOptions(other.mqueue);
    this.mapped = new MappedOptions(other.mapped);
    this.ringBytes = other.ringBytes;
    this.pipeBytes = other.pipeBytes;
    this.maxMessageBytes = other.maxMessageBytes;
    this.sendQueueBytes = other.sendQueueBytes;
    this.replyTimeoutMillis = other.replyTimeoutMillis;
    this.startTimeoutMillis = other.startTimeoutMillis;
    this.closeTimeoutMillis = other.closeTimeoutMillis;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public BusOptions(JsonObject json) {
    name = json.getString("name", name);
    node = json.getString("node", node);
    transport = json.getString("transport", transport);
    directory = json.getString("directory", directory);
    mode = json.getString("mode", mode);
    group = json.getString("group", group);
    serializable = strings(json.getJsonArray("serializable", new JsonArray()));
    exports = strings(json.getJsonArray("exports", new JsonArray()));
    imports = strings(json.getJsonArray("imports", new JsonArray()));
    idle = new IdleOptions(json.getJsonObject("idle", new JsonObject()));
    sysv = new SysvOptions(json.getJsonObject("sysv", new JsonObject()));
    mqueue = new MqueueOptions(json.getJsonObject("mqueue", new JsonObject()));
    mapped = new MappedOptions(json.getJsonObject("mapped", new JsonObject()));
    ringBytes = json.getInteger("ringBytes", ringBytes);
    pipeBytes = json.getInteger("pipeBytes", pipeBytes);
    maxMessageBytes = json.getInteger("maxMessageBytes", maxMessageBytes);
    sendQueueBytes = json.getLong("sendQueueBytes", sendQueueBytes);
    replyTimeoutMillis = json.getLong("replyTimeoutMillis", replyTimeoutMillis);
    startTimeoutMillis = json.getLong("startTimeoutMillis", startTimeoutMillis);
    closeTimeoutMillis = json.getLong("closeTimeoutMillis", closeTimeoutMillis);
  }

  static List<String> strings(JsonArray array) {
    List<String> strings = new ArrayList<>();
    array.forEach(s -> strings.add((String) s));
    return strings;
  }

  /** What the schema can't tell of who has access. */
  List<String> accessErrors() {
    List<String> errors = new ArrayList<>();
    boolean shared = Integer.parseInt(mode, 8) == 0660;
    if (shared && group == null) {
      errors.add("/bus/group: missing, mode \"" + mode + "\" needs it: whose access is it?");
    }
    if (!shared && group != null) {
      errors.add("/bus/mode: found \"" + mode + "\", expected \"0660\" with a group");
    }
    if (shared && transport.equals("anonymous")) {
      errors.add(
          "/bus/transport: found \"anonymous\", which no other user can open, whatever the group");
    }
    return errors;
  }

  /**
   * The JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    if (name != null) {
      json.put("name", name);
    }
    if (node != null) {
      json.put("node", node);
    }
    json.put("transport", transport);
    if (directory != null) {
      json.put("directory", directory);
    }
    json.put("mode", mode);
    if (group != null) {
      json.put("group", group);
    }
    json.put("serializable", new JsonArray(new ArrayList<>(serializable)));
    json.put("exports", new JsonArray(new ArrayList<>(exports)));
    json.put("imports", new JsonArray(new ArrayList<>(imports)));
    json.put("idle", idle.toJson());
    json.put("sysv", sysv.toJson());
    json.put("mqueue", mqueue.toJson());
    json.put("mapped", mapped.toJson());
    json.put("ringBytes", ringBytes);
    json.put("pipeBytes", pipeBytes);
    json.put("maxMessageBytes", maxMessageBytes);
    json.put("sendQueueBytes", sendQueueBytes);
    json.put("replyTimeoutMillis", replyTimeoutMillis);
    json.put("startTimeoutMillis", startTimeoutMillis);
    json.put("closeTimeoutMillis", closeTimeoutMillis);
    return json;
  }

  /**
   * Name of the bus: processes that name the same bus find each other.
   *
   * @return the option
   */
  public String getName() {
    return name;
  }

  /**
   * Name of the bus: processes that name the same bus find each other.
   *
   * @param name the option
   * @return this
   */
  public BusOptions setName(String name) {
    this.name = name;
    return this;
  }

  /**
   * Name of this node, unique on the bus; null for one made of the process id and a random number.
   *
   * @return the option
   */
  public String getNode() {
    return node;
  }

  /**
   * Name of this node, unique on the bus; null for one made of the process id and a random number.
   *
   * @param node the option
   * @return this
   */
  public BusOptions setNode(String node) {
    this.node = node;
    return this;
  }

  /**
   * How this node receives: {@code shm}, {@code fifo}, {@code sysv}, {@code anonymous}, {@code
   * mqueue} or {@code mapped}.
   *
   * @return the option
   */
  public String getTransport() {
    return transport;
  }

  /**
   * How this node receives: {@code shm}, {@code fifo}, {@code sysv}, {@code anonymous}, {@code
   * mqueue} or {@code mapped}.
   *
   * @param transport the option
   * @return this
   */
  public BusOptions setTransport(String transport) {
    this.transport = transport;
    return this;
  }

  /**
   * Where bus directories are, an absolute path; null for {@code /dev/shm/vertx-ipc-UID}, or with a
   * group {@code /dev/shm/vertx-ipc-group-GID}.
   *
   * @return the option
   */
  public String getDirectory() {
    return directory;
  }

  /**
   * Where bus directories are, an absolute path; null for {@code /dev/shm/vertx-ipc-UID}, or with a
   * group {@code /dev/shm/vertx-ipc-group-GID}.
   *
   * @param directory the option
   * @return this
   */
  public BusOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Who may take part: {@code 0600}, this user alone, or {@code 0660}, the members of {@link
   * #getGroup}. All nodes of a bus say the same.
   *
   * @return the option
   */
  public String getMode() {
    return mode;
  }

  /**
   * Who may take part: {@code 0600}, this user alone, or {@code 0660}, the members of {@link
   * #getGroup}. All nodes of a bus say the same.
   *
   * @param mode the option
   * @return this
   */
  public BusOptions setMode(String mode) {
    this.mode = mode;
    return this;
  }

  /**
   * With mode {@code 0660}: the group, by its name or its number. This user must be in it.
   *
   * @return the option
   */
  public String getGroup() {
    return group;
  }

  /**
   * With mode {@code 0660}: the group, by its name or its number. This user must be in it.
   *
   * @param group the option
   * @return this
   */
  public BusOptions setGroup(String group) {
    this.group = group;
    return this;
  }

  /**
   * The classes of which bodies may be made by Java's own deserialisation: exact names, or a
   * package followed by {@code .*}. None by default, and then none are; boxes of primitive types
   * and strings within them need not be listed, all else that they refer to must.
   *
   * @return the option
   */
  public List<String> getSerializable() {
    return serializable;
  }

  /**
   * The classes of which bodies may be made by Java's own deserialisation: exact names, or a
   * package followed by {@code .*}. None by default, and then none are; boxes of primitive types
   * and strings within them need not be listed, all else that they refer to must.
   *
   * @param serializable the option
   * @return this
   */
  public BusOptions setSerializable(List<String> serializable) {
    this.serializable = serializable;
    return this;
  }

  /**
   * The classes of which bodies may be made by Java's own deserialisation.
   *
   * @param name one more
   * @return this
   */
  public BusOptions addSerializable(String name) {
    serializable.add(name);
    return this;
  }

  /**
   * Addresses here that others may reach.
   *
   * @return the option
   */
  public List<String> getExports() {
    return exports;
  }

  /**
   * Addresses here that others may reach.
   *
   * @param exports the option
   * @return this
   */
  public BusOptions setExports(List<String> exports) {
    this.exports = exports;
    return this;
  }

  /**
   * Addresses here that others may reach.
   *
   * @param address one more
   * @return this
   */
  public BusOptions addExport(String address) {
    exports.add(address);
    return this;
  }

  /**
   * Addresses there that code here may use: exact, or a prefix followed by {@code .*}.
   *
   * @return the option
   */
  public List<String> getImports() {
    return imports;
  }

  /**
   * Addresses there that code here may use: exact, or a prefix followed by {@code .*}.
   *
   * @param imports the option
   * @return this
   */
  public BusOptions setImports(List<String> imports) {
    this.imports = imports;
    return this;
  }

  /**
   * Addresses there that code here may use: exact, or a prefix followed by {@code .*}.
   *
   * @param address one more
   * @return this
   */
  public BusOptions addImport(String address) {
    imports.add(address);
    return this;
  }

  /**
   * What to do when the rings are empty.
   *
   * @return the option
   */
  public IdleOptions getIdle() {
    return idle;
  }

  /**
   * What to do when the rings are empty.
   *
   * @param idle the option
   * @return this
   */
  public BusOptions setIdle(IdleOptions idle) {
    this.idle = idle;
    return this;
  }

  /**
   * The segments of transport {@code sysv}.
   *
   * @return the option
   */
  public SysvOptions getSysv() {
    return sysv;
  }

  /**
   * The segments of transport {@code sysv}.
   *
   * @param sysv the option
   * @return this
   */
  public BusOptions setSysv(SysvOptions sysv) {
    this.sysv = sysv;
    return this;
  }

  /**
   * The queues of transport {@code mqueue}, and the priorities of messages to nodes that use it.
   *
   * @return the option
   */
  public MqueueOptions getMqueue() {
    return mqueue;
  }

  /**
   * The queues of transport {@code mqueue}, and the priorities of messages to nodes that use it.
   *
   * @param mqueue the option
   * @return this
   */
  public BusOptions setMqueue(MqueueOptions mqueue) {
    this.mqueue = mqueue;
    return this;
  }

  /**
   * The files of transport {@code mapped}.
   *
   * @return the option
   */
  public MappedOptions getMapped() {
    return mapped;
  }

  /**
   * The files of transport {@code mapped}.
   *
   * @param mapped the option
   * @return this
   */
  public BusOptions setMapped(MappedOptions mapped) {
    this.mapped = mapped;
    return this;
  }

  /**
   * Capacity of each ring that this node reads, in bytes: a power of two, 4096 to 2^30.
   *
   * @return the option
   */
  public int getRingBytes() {
    return ringBytes;
  }

  /**
   * Capacity of each ring that this node reads, in bytes: a power of two, 4096 to 2^30.
   *
   * @param ringBytes the option
   * @return this
   */
  public BusOptions setRingBytes(int ringBytes) {
    this.ringBytes = ringBytes;
    return this;
  }

  /**
   * Wanted size of each FIFO's buffer in the kernel, in bytes, 4096 to 2^30.
   *
   * @return the option
   */
  public int getPipeBytes() {
    return pipeBytes;
  }

  /**
   * Wanted size of each FIFO's buffer in the kernel, in bytes, 4096 to 2^30.
   *
   * @param pipeBytes the option
   * @return this
   */
  public BusOptions setPipeBytes(int pipeBytes) {
    this.pipeBytes = pipeBytes;
    return this;
  }

  /**
   * The longest message with its headers, in bytes, 1024 to 2^30.
   *
   * @return the option
   */
  public int getMaxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * The longest message with its headers, in bytes, 1024 to 2^30.
   *
   * @param maxMessageBytes the option
   * @return this
   */
  public BusOptions setMaxMessageBytes(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
    return this;
  }

  /**
   * What may wait for one peer in this process when its channel is full, in bytes, 0 to 2^32; a
   * message counts 128 bytes more than it is long.
   *
   * @return the option
   */
  public long getSendQueueBytes() {
    return sendQueueBytes;
  }

  /**
   * What may wait for one peer in this process when its channel is full, in bytes, 0 to 2^32; a
   * message counts 128 bytes more than it is long.
   *
   * @param sendQueueBytes the option
   * @return this
   */
  public BusOptions setSendQueueBytes(long sendQueueBytes) {
    this.sendQueueBytes = sendQueueBytes;
    return this;
  }

  /**
   * How long a consumer here may take to reply to a peer, in milliseconds, 1 to 86400000.
   *
   * @return the option
   */
  public long getReplyTimeoutMillis() {
    return replyTimeoutMillis;
  }

  /**
   * How long a consumer here may take to reply to a peer, in milliseconds, 1 to 86400000.
   *
   * @param replyTimeoutMillis the option
   * @return this
   */
  public BusOptions setReplyTimeoutMillis(long replyTimeoutMillis) {
    this.replyTimeoutMillis = replyTimeoutMillis;
    return this;
  }

  /**
   * How long the start waits for nodes that are there already, in milliseconds, 1 to 600000.
   *
   * @return the option
   */
  public long getStartTimeoutMillis() {
    return startTimeoutMillis;
  }

  /**
   * How long the start waits for nodes that are there already, in milliseconds, 1 to 600000.
   *
   * @param startTimeoutMillis the option
   * @return this
   */
  public BusOptions setStartTimeoutMillis(long startTimeoutMillis) {
    this.startTimeoutMillis = startTimeoutMillis;
    return this;
  }

  /**
   * How long closing waits for what is still to be written, in milliseconds, 1 to 600000.
   *
   * @return the option
   */
  public long getCloseTimeoutMillis() {
    return closeTimeoutMillis;
  }

  /**
   * How long closing waits for what is still to be written, in milliseconds, 1 to 600000.
   *
   * @param closeTimeoutMillis the option
   * @return this
   */
  public BusOptions setCloseTimeoutMillis(long closeTimeoutMillis) {
    this.closeTimeoutMillis = closeTimeoutMillis;
    return this;
  }
}
