package org.vertxipc.options;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;

/** What a node does when its shared-memory rings are empty. */
@DataObject
@JsonGen(publicConverter = false)
public final class IdleOptions {
  private String strategy = "park";
  private int spinMicros = 50;
  private int intervalMicros = 1_000;

  /** Creates options with defaults. */
  public IdleOptions() {}

  /**
   * Creates a copy.
   *
   * @param other to copy
   */
  public IdleOptions(IdleOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is
   * absent keeps its default.
   *
   * @param json the JSON form
   */
  public IdleOptions(JsonObject json) {
    IdleOptionsConverter.fromJson(json, this);
  }

  /**
   * Returns the JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    IdleOptionsConverter.toJson(this, json);
    return json;
  }

  /**
   * Returns what to do: {@code park} spins for a bounded time, then sleeps in epoll; {@code spin}
   * spins for ever, which takes a whole core; {@code poll} checks at an interval.
   *
   * @return the option
   */
  public String getStrategy() {
    return strategy;
  }

  /**
   * Sets {@link #getStrategy}.
   *
   * @param strategy the option
   * @return this
   */
  public IdleOptions setStrategy(String strategy) {
    this.strategy = strategy;
    return this;
  }

  /**
   * Returns how long {@code park} spins before it sleeps, in microseconds, 0 to 1000000.
   *
   * @return the option
   */
  public int getSpinMicros() {
    return spinMicros;
  }

  /**
   * Sets {@link #getSpinMicros}.
   *
   * @param spinMicros the option
   * @return this
   */
  public IdleOptions setSpinMicros(int spinMicros) {
    this.spinMicros = spinMicros;
    return this;
  }

  /**
   * Returns the interval of {@code poll}, in microseconds, 10 to 1000000.
   *
   * @return the option
   */
  public int getIntervalMicros() {
    return intervalMicros;
  }

  /**
   * Sets {@link #getIntervalMicros}.
   *
   * @param intervalMicros the option
   * @return this
   */
  public IdleOptions setIntervalMicros(int intervalMicros) {
    this.intervalMicros = intervalMicros;
    return this;
  }
}
