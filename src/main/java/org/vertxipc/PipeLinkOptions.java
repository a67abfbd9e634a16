package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A child process: messages go to its standard input, and what it prints comes back. */
@DataObject
public class PipeLinkOptions extends LinkOptions<PipeLinkOptions> {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;

  private List<String> command = new ArrayList<>();
  private String directory;
  private Map<String, String> environment = new TreeMap<>();
  private String stderr = "inherit";
  private String restart = "on-failure";
  private long restartMinMillis = 100;
  private long restartMaxMillis = 30_000;
  private long eofMillis = 2_000;
  private long termMillis = 2_000;

  /** Options with defaults. */
  public PipeLinkOptions() {
    super(MAX_MESSAGE_BYTES);
  }

  /**
   * A copy.
   *
   * @param other to copy
   */
  public PipeLinkOptions(PipeLinkOptions other) {
    super(other);
    this.command = new ArrayList<>(other.command);
    this.directory = other.directory;
    this.environment = new TreeMap<>(other.environment);
    this.stderr = other.stderr;
    this.restart = other.restart;
    this.restartMinMillis = other.restartMinMillis;
    this.restartMaxMillis = other.restartMaxMillis;
    this.eofMillis = other.eofMillis;
    this.termMillis = other.termMillis;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public PipeLinkOptions(JsonObject json) {
    super(json, MAX_MESSAGE_BYTES);
    command = BusOptionsConverter.strings(json.getJsonArray("command", new JsonArray()));
    directory = json.getString("directory", directory);
    environment = strings(json.getJsonObject("environment", new JsonObject()));
    stderr = json.getString("stderr", stderr);
    restart = json.getString("restart", restart);
    restartMinMillis = json.getLong("restartMinMillis", restartMinMillis);
    restartMaxMillis = json.getLong("restartMaxMillis", restartMaxMillis);
    eofMillis = json.getLong("eofMillis", eofMillis);
    termMillis = json.getLong("termMillis", termMillis);
  }

  private static Map<String, String> strings(JsonObject json) {
    Map<String, String> strings = new TreeMap<>();
    json.forEach(e -> strings.put(e.getKey(), (String) e.getValue()));
    return strings;
  }

  @Override
  PipeLinkOptions self() {
    return this;
  }

  @Override
  PipeLinkOptions copy() {
    return new PipeLinkOptions(this);
  }

  @Override
  public String type() {
    return "pipe";
  }

  @Override
  boolean has(Direction direction) {
    return true;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = super.toJson();
    json.put("command", new JsonArray(new ArrayList<>(command)));
    if (directory != null) {
      json.put("directory", directory);
    }
    json.put("environment", new JsonObject(new TreeMap<>(environment)));
    json.put("stderr", stderr);
    json.put("restart", restart);
    json.put("restartMinMillis", restartMinMillis);
    json.put("restartMaxMillis", restartMaxMillis);
    json.put("eofMillis", eofMillis);
    json.put("termMillis", termMillis);
    return json;
  }

  /**
   * The command, looked for in PATH, and its arguments.
   *
   * @return the option
   */
  public List<String> getCommand() {
    return command;
  }

  /**
   * The command, looked for in PATH, and its arguments.
   *
   * @param command the option
   * @return this
   */
  public PipeLinkOptions setCommand(List<String> command) {
    this.command = command;
    return this;
  }

  /**
   * Its working directory; by default that of this process.
   *
   * @return the option
   */
  public String getDirectory() {
    return directory;
  }

  /**
   * Its working directory; by default that of this process.
   *
   * @param directory the option
   * @return this
   */
  public PipeLinkOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Variables beside those of this process, or instead of them.
   *
   * @return the option
   */
  public Map<String, String> getEnvironment() {
    return environment;
  }

  /**
   * Variables beside those of this process, or instead of them.
   *
   * @param environment the option
   * @return this
   */
  public PipeLinkOptions setEnvironment(Map<String, String> environment) {
    this.environment = environment;
    return this;
  }

  /**
   * Where its standard error goes: where that of this process goes; a line each to the events
   * address; nowhere.
   *
   * @return the option
   */
  public String getStderr() {
    return stderr;
  }

  /**
   * Where its standard error goes: where that of this process goes; a line each to the events
   * address; nowhere.
   *
   * @param stderr the option
   * @return this
   */
  public PipeLinkOptions setStderr(String stderr) {
    this.stderr = stderr;
    return this;
  }

  /**
   * When it is started again after its end.
   *
   * @return the option
   */
  public String getRestart() {
    return restart;
  }

  /**
   * When it is started again after its end.
   *
   * @param restart the option
   * @return this
   */
  public PipeLinkOptions setRestart(String restart) {
    this.restart = restart;
    return this;
  }

  /**
   * The first wait before that, in milliseconds; each further one is twice as long.
   *
   * @return the option
   */
  public long getRestartMinMillis() {
    return restartMinMillis;
  }

  /**
   * The first wait before that, in milliseconds; each further one is twice as long.
   *
   * @param restartMinMillis the option
   * @return this
   */
  public PipeLinkOptions setRestartMinMillis(long restartMinMillis) {
    this.restartMinMillis = restartMinMillis;
    return this;
  }

  /**
   * The longest wait, in milliseconds; a child that ran for so long starts over with the first.
   *
   * @return the option
   */
  public long getRestartMaxMillis() {
    return restartMaxMillis;
  }

  /**
   * The longest wait, in milliseconds; a child that ran for so long starts over with the first.
   *
   * @param restartMaxMillis the option
   * @return this
   */
  public PipeLinkOptions setRestartMaxMillis(long restartMaxMillis) {
    this.restartMaxMillis = restartMaxMillis;
    return this;
  }

  /**
   * How long a stop waits after its standard input was closed, in milliseconds.
   *
   * @return the option
   */
  public long getEofMillis() {
    return eofMillis;
  }

  /**
   * How long a stop waits after its standard input was closed, in milliseconds.
   *
   * @param eofMillis the option
   * @return this
   */
  public PipeLinkOptions setEofMillis(long eofMillis) {
    this.eofMillis = eofMillis;
    return this;
  }

  /**
   * How long a stop waits then after SIGTERM, in milliseconds, before SIGKILL.
   *
   * @return the option
   */
  public long getTermMillis() {
    return termMillis;
  }

  /**
   * How long a stop waits then after SIGTERM, in milliseconds, before SIGKILL.
   *
   * @param termMillis the option
   * @return this
   */
  public PipeLinkOptions setTermMillis(long termMillis) {
    this.termMillis = termMillis;
    return this;
  }
}
