package org.vertxipc;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.core.json.JsonObject;

/** What a node does when its shared-memory rings are empty. */
@DataObject
public class IdleOptions {
  private String strategy = "park";
  private int spinMicros = 50;
  private int intervalMicros = 1_000;

  /** Options with defaults. */
  public IdleOptions() {}

  /**
   * A copy.
   *
   * @param other to copy
   */
  public IdleOptions(IdleOptions other) {
    this.strategy = other.strategy;
    this.spinMicros = other.spinMicros;
    this.intervalMicros = other.intervalMicros;
  }

  /**
   * Options from JSON that {@link IpcBridgeOptions} has checked against the schema; what is absent
   * keeps its default.
   *
   * @param json the JSON form
   */
  public IdleOptions(JsonObject json) {
    strategy = json.getString("strategy", strategy);
    spinMicros = json.getInteger("spinMicros", spinMicros);
    intervalMicros = json.getInteger("intervalMicros", intervalMicros);
  }

  /**
   * The JSON form, with all defaults.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.put("strategy", strategy);
    json.put("spinMicros", spinMicros);
    json.put("intervalMicros", intervalMicros);
    return json;
  }

  /**
   * {@code park}: spin a bounded time, then sleep in epoll; {@code spin}: for ever, which takes a
   * whole core; {@code poll}: look at an interval.
   *
   * @return the option
   */
  public String getStrategy() {
    return strategy;
  }

  /**
   * {@code park}: spin a bounded time, then sleep in epoll; {@code spin}: for ever, which takes a
   * whole core; {@code poll}: look at an interval.
   *
   * @param strategy the option
   * @return this
   */
  public IdleOptions setStrategy(String strategy) {
    this.strategy = strategy;
    return this;
  }

  /**
   * With {@code park}: how long to spin before sleeping, in microseconds, 0 to 1000000.
   *
   * @return the option
   */
  public int getSpinMicros() {
    return spinMicros;
  }

  /**
   * With {@code park}: how long to spin before sleeping, in microseconds, 0 to 1000000.
   *
   * @param spinMicros the option
   * @return this
   */
  public IdleOptions setSpinMicros(int spinMicros) {
    this.spinMicros = spinMicros;
    return this;
  }

  /**
   * With {@code poll}: the interval, in microseconds, 10 to 1000000.
   *
   * @return the option
   */
  public int getIntervalMicros() {
    return intervalMicros;
  }

  /**
   * With {@code poll}: the interval, in microseconds, 10 to 1000000.
   *
   * @param intervalMicros the option
   * @return this
   */
  public IdleOptions setIntervalMicros(int intervalMicros) {
    this.intervalMicros = intervalMicros;
    return this;
  }
}
