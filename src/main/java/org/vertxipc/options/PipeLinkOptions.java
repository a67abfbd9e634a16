package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A child process: messages go to its standard input, and what it prints comes back. */
@DataObject
@JsonGen(publicConverter = false)
public final class PipeLinkOptions extends AnsweringLinkOptions<PipeLinkOptions> {
  private List<String> command = new ArrayList<>();
  private String directory;
  private Map<String, String> environment = new TreeMap<>();
  private boolean keepCarriageReturn;
  private String stderr = "inherit";
  private String restart = "on-failure";
  private long restartMinMillis = 100;
  private long restartMaxMillis = 30_000;
  private long eofMillis = 2_000;
  private long termMillis = 2_000;

  /** Creates options with defaults. */
  public PipeLinkOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public PipeLinkOptions(PipeLinkOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public PipeLinkOptions(JsonObject json) {
    PipeLinkOptionsConverter.fromJson(json, this);
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
  public LinkType type() {
    return LinkType.PIPE;
  }

  @Override
  boolean has(Direction direction) {
    return true;
  }

  @Override
  List<String> errors(String path) {
    List<String> errors = super.errors(path);
    checkStream(keepCarriageReturn, path, errors);
    return errors;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    PipeLinkOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns the command, which is searched in the PATH of its environment, and its arguments.
   *
   * @return the option
   */
  public List<String> getCommand() {
    return command;
  }

  /**
   * Sets {@link #getCommand}.
   *
   * @param command the option
   * @return this
   */
  public PipeLinkOptions setCommand(List<String> command) {
    this.command = command;
    return this;
  }

  /**
   * Returns the working directory of the child; by default that of this process.
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
  public PipeLinkOptions setDirectory(String directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Returns the environment variables that add to or replace those of this process.
   *
   * @return the option
   */
  public Map<String, String> getEnvironment() {
    return environment;
  }

  /**
   * Sets {@link #getEnvironment}.
   *
   * @param environment the option
   * @return this
   */
  public PipeLinkOptions setEnvironment(Map<String, String> environment) {
    this.environment = environment;
    return this;
  }

  /**
   * Returns where its standard error goes: to that of this process; line by line to the events
   * address; nowhere.
   *
   * @return the option
   */
  public String getStderr() {
    return stderr;
  }

  /**
   * Sets {@link #getStderr}.
   *
   * @param stderr the option
   * @return this
   */
  public PipeLinkOptions setStderr(String stderr) {
    this.stderr = stderr;
    return this;
  }

  /**
   * Returns when the child is started again after it has ended.
   *
   * @return the option
   */
  public String getRestart() {
    return restart;
  }

  /**
   * Sets {@link #getRestart}.
   *
   * @param restart the option
   * @return this
   */
  public PipeLinkOptions setRestart(String restart) {
    this.restart = restart;
    return this;
  }

  /**
   * Returns the first wait before a restart, in milliseconds; each further one is twice as long.
   *
   * @return the option
   */
  public long getRestartMinMillis() {
    return restartMinMillis;
  }

  /**
   * Sets {@link #getRestartMinMillis}.
   *
   * @param restartMinMillis the option
   * @return this
   */
  public PipeLinkOptions setRestartMinMillis(long restartMinMillis) {
    this.restartMinMillis = restartMinMillis;
    return this;
  }

  /**
   * Returns the longest wait before a restart, in milliseconds; after a child that ran for that
   * long, waits start over with the first.
   *
   * @return the option
   */
  public long getRestartMaxMillis() {
    return restartMaxMillis;
  }

  /**
   * Sets {@link #getRestartMaxMillis}.
   *
   * @param restartMaxMillis the option
   * @return this
   */
  public PipeLinkOptions setRestartMaxMillis(long restartMaxMillis) {
    this.restartMaxMillis = restartMaxMillis;
    return this;
  }

  /**
   * Returns how long a stop waits after it closed the child's standard input, in milliseconds.
   *
   * @return the option
   */
  public long getEofMillis() {
    return eofMillis;
  }

  /**
   * Sets {@link #getEofMillis}.
   *
   * @param eofMillis the option
   * @return this
   */
  public PipeLinkOptions setEofMillis(long eofMillis) {
    this.eofMillis = eofMillis;
    return this;
  }

  /**
   * Returns how long a stop then waits between SIGTERM and SIGKILL, in milliseconds.
   *
   * @return the option
   */
  public long getTermMillis() {
    return termMillis;
  }

  /**
   * Sets {@link #getTermMillis}.
   *
   * @param termMillis the option
   * @return this
   */
  public PipeLinkOptions setTermMillis(long termMillis) {
    this.termMillis = termMillis;
    return this;
  }

  /**
   * Returns whether a carriage return before a line feed belongs to the line, with codec {@code
   * lines}, and not to the line break.
   *
   * @return the option
   */
  public boolean isKeepCarriageReturn() {
    return keepCarriageReturn;
  }

  /**
   * Sets {@link #isKeepCarriageReturn}.
   *
   * @param keepCarriageReturn the option
   * @return this
   */
  public PipeLinkOptions setKeepCarriageReturn(boolean keepCarriageReturn) {
    this.keepCarriageReturn = keepCarriageReturn;
    return this;
  }
}
